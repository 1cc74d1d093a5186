"""The tables of `docs/measured.md` come from results alone."""

from pathlib import Path
from typing import Any

import pytest

from labs.base.fingerprint import fingerprint
from tests.prove import kills, steps, strain
from tests.prove.kills import plan_kills
from tests.prove.tables import NOTHING, TABLES, age, filled, latest

PAGE = Path(__file__).parents[2] / "docs" / "measured.md"


def exam(use: str, seed: int, runtime: str, score: float, result: str) -> dict[str, Any]:
    checks = {"exact": {"verdict": "pass", "value": 1.0, "unit": "share", "margin_share": 0.05}}
    who = {"scenario": "promise-dates", "use": use, "seed": seed, "runtime": runtime}
    return who | {"score": score, "result": result, "checks": checks}


def test_every_block_of_the_page_has_a_table() -> None:
    empty = filled(PAGE.read_text("utf-8"), {}, "c")
    assert empty.count(NOTHING) == len(TABLES)
    assert filled(empty, {}, "c") == empty


def test_a_block_without_a_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("<!-- generated: weather -->\n<!-- end -->", {}, "c")


def test_the_last_row_on_something_counts() -> None:
    assert latest([{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}], "a") == [{"a": 1, "b": 2}, {"a": 2, "b": 1}]


def test_verification_shows_spread_and_verdicts() -> None:
    rows = [
        exam("shortcut:cache", 1, "local", 50, "failed"),
        exam("reference", 1, "local", 97, "passed"),
        exam("reference", 2, "local", 100, "passed"),
        exam("reference", 1, "docker", 100, "passed"),
        exam("untouched", 1, "local", 20.5, "failed"),
    ]
    assert TABLES["verify"](rows).splitlines() == [
        "| scenario | deployment | score on docker (exams) | score on local (exams) | verdicts |",
        "| --- | --- | --- | --- | --- |",
        "| promise-dates | untouched | – | 20.5 (1) | 1 failed |",
        "| promise-dates | reference | 100 (1) | 100 [97–100] (2) | 3 passed |",
        "| promise-dates | shortcut: cache | – | 50 (1) | 1 failed |",
        "",
        "Seeds with which every deployment was examined: promise-dates 1 on local.",
    ]


def test_rows_of_other_code_are_told() -> None:
    rows: list[dict[str, Any]] = [
        {"code": "old", "present": False},
        {"code": "new", "present": True},
        {"present": False},
    ]
    told = "† By older code than the present: 2 of 3 results, of which 1 do not say by which."
    assert age(rows) == [told]
    assert age(rows[1:2]) == []


@pytest.mark.parametrize("step", ["verify", "load", "strain", "rates"])
def test_every_row_of_a_table_that_older_code_had_a_part_in_is_marked(step: str) -> None:
    rows = [
        whole("reference", "passed", slowdown=1.0, **{"level": 1} if step == "strain" else {})
        | {"scenario": name, "present": present, "seed": seed, "code": "b"}
        for name, present, seed in (("old", False, 1), ("old", True, 2), ("new", True, 1))
    ]
    page = filled(f"<!-- generated: {step} -->\n<!-- end -->", {step: rows}, "c")
    assert "| old † |" in page
    assert "| new |" in page
    assert "† By older code than the present: 1 of 3 results." in page


def test_a_row_that_was_measured_anew_is_of_the_present_code() -> None:
    figure = {"what": "speed", "value": 1.0, "unit": "ms", "test": "t"}
    page = filled("<!-- generated: figures -->\n<!-- end -->", {"figures": [figure | {"code": c} for c in "bc"]}, "c")
    assert "†" not in page


def test_rows_that_are_of_no_scenario_are_of_the_present_code_where_all_of_it_is() -> None:
    figure = {"value": 1.0, "unit": "ms", "test": "t"}
    rows = [figure | {"what": "old", "code": "b"}, figure | {"what": "new", "code": "c"}]
    page = filled("<!-- generated: figures -->\n<!-- end -->", {"figures": rows}, "c")
    assert ("| old † |" in page, "| new |" in page) == (True, True)


def test_exams_are_marked_by_the_code_of_their_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "RESULTS", tmp_path)
    entry = steps._shown("first-day")
    rows = [{"scenario_hash": entry["hash"], "code": code} for code in (entry["code"], "older", None)]
    for row in [*rows, {"scenario_hash": "of another scenario", "code": entry["code"]}]:
        steps.append("verify", row)
    assert [row["present"] for row in steps._of_now("verify", {entry["hash"]: entry["code"]})] == [True, False, False]


def test_a_torn_line_is_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "RESULTS", tmp_path)
    (tmp_path / "kills.jsonl").write_text('{"victim": "local/field"}\n{"victim": "lo')
    assert steps.read("kills") == [{"victim": "local/field"}]
    steps.append("clone", {"command": "make play"})
    assert steps.read("clone") == [{"command": "make play", "code": fingerprint()}]


def test_load_names_the_nearest_threshold() -> None:
    table = TABLES["load"]([exam("reference", 1, "local", 100, "passed")])
    assert table.splitlines()[-1] == "| promise-dates | reference | local | 1 passed | 100 | 5.0% of it, `exact` |"


def test_a_share_that_has_to_be_the_whole_and_is_is_not_near() -> None:
    row = exam("reference", 1, "local", 100, "passed")
    row["checks"]["whole"] = row["checks"]["exact"] | {"margin_share": 0.0}
    assert "5.0% of it, `exact`" in TABLES["load"]([row])


def test_the_same_submission_is_compared_from_runtime_to_runtime() -> None:
    rows = [
        exam("reference", seed, runtime, 100, "passed") for seed in (1, 2) for runtime in ("local", "docker", "box")
    ]
    rows[-1]["checks"]["exact"] = rows[-1]["checks"]["exact"] | {"verdict": "fail"}
    rows += [exam("shortcut:cache", 1, "local", 50, "failed"), exam("shortcut:cache", 1, "docker", 90, "passed")]
    rows += [exam("untouched", 1, "local", 20, "failed")]
    assert TABLES["alike"](rows).splitlines()[2:] == [
        "| promise-dates | box, docker, local | 2 | 2 | 1 |",
        "| promise-dates | docker, local | 1 | 0 | 1 |",
    ]


def whole(use: str, result: str, **more: Any) -> dict[str, Any]:
    facts = {"scenario_hash": "h", "reason": "", "ledger": None, "calibrated": True}
    return exam(use, 1, "local", 50, result) | facts | more


def test_rates_count_what_must_fail_and_what_must_pass_apart() -> None:
    rows = [
        whole("untouched", "failed"),
        whole("shortcut:cache", "passed"),
        whole("reference", "failed"),
        whole("alternative", "error"),
        whole("reference", "passed", busy=True),
    ]
    assert TABLES["rates"](rows).splitlines()[2:] == [
        "| promise-dates | none | 1 of 2 (1.3% to 98.7%) | 1 of 1 (2.5% to 100.0%) | 1 |",
        "| promise-dates | a busy core | none held | 0 of 1 (0.0% to 97.5%) | 0 |",
        "| **all** | none | 1 of 2 (1.3% to 98.7%) | 1 of 1 (2.5% to 100.0%) | 1 |",
        "| **all** | a busy core | none held | 0 of 1 (0.0% to 97.5%) | 0 |",
    ]


def test_kills_tell_hits_from_misses() -> None:
    row = {"victim": "local/field", "seed": 1, "use": "reference", "struck": True, "result": "error", "wrong": False,
           "swept": True}  # fmt: skip
    missed = row | {"seed": 2, "struck": False, "result": "passed"}
    assert TABLES["kills"]([row, missed]).splitlines()[-1] == "| local/field | 2 | 1 | 1 error | 0 | 0 |"


def test_kills_are_planned_the_same_every_time_and_hit_every_victim_of_both_ends() -> None:
    plan = plan_kills(100, ("local", "docker"))
    assert plan == plan_kills(100, ("local", "docker"))
    assert len({(deed.victim, deed.use) for deed in plan}) == 14
    assert {deed.victim for deed in plan_kills(20, ("local",))} == {"local/keeper", "local/field", "local/site"}


def test_an_exam_that_could_not_be_held_costs_no_other_and_is_held_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubled = [True]

    def hold(deed: kills.Deed) -> dict[str, Any]:
        if deed.seed == 0 and troubled:
            troubled.clear()
            raise OSError("no room")
        return {"struck": True, "result": "error", "wrong": False, "swept": True}

    monkeypatch.setattr(steps, "RESULTS", tmp_path)
    monkeypatch.setattr(kills, "_held", hold)
    settings = steps.Settings(("local",), jobs=2, kills=3)
    assert not steps.kills(settings)
    assert sorted((row["seed"], row["result"]) for row in steps.read("kills")) == [
        (0, "not held"), (1, "error"), (2, "error")
    ]  # fmt: skip
    assert next(row["why"] for row in steps.read("kills") if row["seed"] == 0) == "OSError: no room"
    assert steps.kills(settings)
    assert len(steps.read("kills")) == 4


def test_figures_and_clones() -> None:
    figure = {"what": "link, added p50", "value": 0.2123456, "unit": "ms", "budget": "≤ 1.3", "test": "tests/b.py::t"}
    assert "| link, added p50 | 0.2123 ms | ≤ 1.3 | `pytest tests/b.py::t` |" in TABLES["figures"]([figure])
    row = {"command": "make play", "engine": False, "seconds": 90, "exit": 0, "code": "c"}
    assert "| `make play` | no | 1.5 min | passed |" in TABLES["clone"]([row])


@pytest.mark.parametrize(
    ("result", "slowdown", "good"),
    [
        ("passed", 1.2, True),
        ("passed", 12.0, True),
        ("failed", 12.0, False),
        ("failed", 1.2, False),
        ("error", 12.0, True),
        ("error", 1.2, False),
        ("error", None, True),
    ],
)
def test_beside_busy_neighbours_a_reference_passes_or_the_machine_was_too_strained(
    result: str, slowdown: float | None, good: bool
) -> None:
    assert strain.sound({"result": result, "slowdown": slowdown}) is good


def test_exams_under_strain_are_the_same_every_time_and_each_is_one_of_its_own() -> None:
    planned = strain.exams(["a", "b"], ("local", "docker"), 3)
    assert planned == strain.exams(["a", "b"], ("local", "docker"), 3)
    assert len(set(planned)) == len(planned) == 2 * 2 * 3 * len(strain.LEVELS)


def test_the_table_of_strain_tells_what_was_seen() -> None:
    base = {"scenario": "first-day", "runtime": "local", "level": 4, "score": 90, "result": "passed"}
    rows = [base | {"seed": 301, "slowdown": 3.5}, base | {"seed": 302, "slowdown": 5.26, "result": "error"}]
    assert TABLES["strain"](rows).splitlines()[2:] == ["| first-day | local | 4 | 3.5–5.3 | 1 error, 1 passed | 90 |"]
