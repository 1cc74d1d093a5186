"""The store of progress: what is kept, what is not kept twice, versions, and two writers at once."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.report import CheckReport, Money, Report
from grader.verdict import Result, Verdict
from labs.base.errors import LabError
from labs.progress.store import Store

CHECK = CheckReport(
    id="dates-hold", family="data", says="", gate=True, weight=3, verdict=Verdict.FAIL, credit=0, points=0, worth=75,
    expected="≥ 95 %", observed="80 %", value=0.8, unit="share", margin=-0.15, margin_share=-0.16, reason="", hint=None,
    rows=(), sql=None,
)  # fmt: skip
REPORT = Report(
    scenario="little", scenario_hash="ab", title="Little", customer="Halden", runtime="local", seed=7, exam=True,
    use=None, laps=(1,), result=Result.FAILED, score=25.0, pass_mark=70, reason="a gate failed", checks=(CHECK,),
    money=Money("EUR", 1, -120.0, {}, -900.0, 0.0, 0.87),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state" / "progress.sqlite")


def test_an_attempt_is_kept_with_its_checks_and_the_hints_before_it(store: Store) -> None:
    assert store.attempts() == []
    assert not store.file.exists(), "looking makes nothing"
    store.hint("little", "dates-hold", Path("/mine"))
    store.hint("little", "dates-hold", Path("/mine"))
    store.hint("other", "else", Path("/mine"))
    store.add_attempt(REPORT, Path("/exams/1"), Path("/mine"), datetime(2026, 3, 2, 9, tzinfo=UTC))
    (attempt,) = store.attempts()
    assert (attempt.score, attempt.money, attempt.hints, attempt.passed) == (25.0, -120.0, 1, False)
    assert attempt.taken_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    exported = store.export()
    assert [check["verdict"] for check in exported["attempts"][0]["checks"]] == ["fail"]
    assert len(exported["hints"]) == 2


def test_the_same_evidence_is_one_attempt(store: Store) -> None:
    store.add_attempt(REPORT, Path("/exams/1"))
    store.add_attempt(replace(REPORT, score=99.0), Path("/exams/1"))
    assert [attempt.score for attempt in store.attempts()] == [25.0]
    assert len(store.export()["attempts"][0]["checks"]) == 1


def test_an_attempt_that_the_store_cannot_hold_is_told_and_not_lost_in_silence(store: Store) -> None:
    with pytest.raises(LabError, match=r"NOT NULL constraint failed: attempts\.seed"):
        store.add_attempt(replace(REPORT, seed=None), Path("/exams/1"))
    with pytest.raises(LabError, match=r"UNIQUE constraint failed: checks\.attempt"):
        store.add_attempt(replace(REPORT, checks=(CHECK, CHECK)), Path("/exams/2"))
    assert store.attempts() == []


def test_what_could_not_be_judged_is_kept_as_that(store: Store) -> None:
    store.add_attempt(replace(REPORT, result=Result.ERROR, score=None, money=None, checks=()), Path("/exams/1"))
    assert [(attempt.result, attempt.score) for attempt in store.attempts()] == [("error", None)]


def test_writers_at_once_lose_nothing(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Store(store.file).add_attempt(REPORT, Path(f"/exams/{n}")), range(40)))
    assert len(store.attempts()) == 40
    assert all(len(attempt["checks"]) == 1 for attempt in store.export()["attempts"])


def test_an_engagement_is_found_again_the_latest_first(store: Store) -> None:
    for hour, name in ((9, "a"), (11, "b"), (12, "a")):
        store.opened(Path("/mine") / name, name, datetime(2026, 3, 2, hour, tzinfo=UTC))
    assert [begun.scenario for begun in store.engagements()] == ["a", "b"]


def test_a_store_of_a_newer_fdelab_is_left_alone(store: Store) -> None:
    store.hint("little", "dates-hold", Path("/mine"))
    with sqlite3.connect(store.file) as db:
        db.execute("pragma user_version = 99")
    db.close()
    with pytest.raises(LabError, match="newer"):
        store.attempts()


def test_a_file_that_is_no_store_says_so(store: Store) -> None:
    store.file.parent.mkdir()
    store.file.write_text("no database, whatever its name says" * 10)
    with pytest.raises(LabError, match="cannot be kept"):
        store.hint("little", "dates-hold", Path("/mine"))


def test_a_write_that_fails_midway_leaves_nothing(store: Store) -> None:
    store.add_attempt(REPORT, Path("/exams/1"))
    torn = replace(REPORT, checks=(CHECK, replace(CHECK, id="next", weight=object())))  # type: ignore[arg-type]
    with pytest.raises(LabError):
        store.add_attempt(torn, Path("/exams/2"))
    assert len(store.attempts()) == 1
