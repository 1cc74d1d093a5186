"""What an author asks of the last evidence, and what is true of an incident."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from labs.base import paths
from labs.cli import main
from labs.library.catalogue import find
from labs.verify.last import exams, last
from labs.verify.truths import truths
from simulator.evidence.packed import unpack


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))


def exam(slug: str, name: str, at: float) -> Path:
    """Evidence as an exam leaves it, last touched at that time."""
    folder = paths.exams() / name
    folder.mkdir(parents=True)
    unpack(find(slug).incident, folder)
    os.utime(folder / "run.json", (at, at))
    return folder


def test_the_newest_exam_of_the_scenario_is_asked_and_else_its_incident() -> None:
    entry = find("promise-dates")
    with last(entry) as found:
        assert found.what == "the incident"
    exam("the-shock", "c", 3_000)
    newest = exam("promise-dates", "b", 2_000)
    exam("promise-dates", "a", 1_000)
    assert [one.folder.name for one in exams(entry)] == ["b", "a"]
    with last(entry) as found:
        assert found.folder == newest
    with last(entry, of_incident=True) as found:
        assert found.what == "the incident"


def test_it_is_asked_as_checks_ask_it_with_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    asked = "select count(*) as n, count(cause) as causes from ledger where phase_at >= 0"
    assert main(["scenario", "sql", "promise-dates", asked, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["n"] == row["causes"] > 0
    assert main(["scenario", "sql", "promise-dates", "night", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)
    assert main(["scenario", "sql", "promise-dates", "select max(at) from ledger"]) == 2
    assert 'words of SQL stand in quotes: "at"' in capsys.readouterr().err


def test_a_question_of_the_scenario_that_cannot_be_asked_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "promise-dates"
    shutil.copytree(find("promise-dates").folder, folder)
    file = folder / "scenario.yaml"
    text = file.read_text("utf-8")
    line = next(one for one in text.splitlines() if "sql: select count(*) filter (where outcome" in one)
    file.write_text(text.replace(line, line.replace("outcome", "outcoem"), 1), "utf-8")
    number = text.splitlines().index(line) + 1
    assert main(["scenario", "sql", str(folder), "night"]) == 2
    told = capsys.readouterr().err
    assert f"scenario.yaml:{number}:" in told
    assert "outcoem" in told


def test_the_truth_of_an_incident_is_what_its_briefs_are_judged_by(capsys: pytest.CaptureFixture[str]) -> None:
    found = truths(find("promise-dates"))
    assert found.wrong is None
    assert {one["fact"]: one["wrong"] for one in found.facts} == dict.fromkeys(found_facts(), None)
    assert sum(one["share"] for one in found.causes) >= 0.98
    assert [one["share"] for one in found.causes] == sorted((one["share"] for one in found.causes), reverse=True)
    assert main(["scenario", "incident", "promise-dates", "--kept"]) == 0
    told = capsys.readouterr().out
    for one in [*found.causes[:2], *found.decisions[:1]]:
        assert str(one.get("cause", one.get("decision"))) in told
    assert f"{found.causes[0]['share']:.1%}" in told


def found_facts() -> dict[str, Any]:
    brief = find("promise-dates").scenario.brief
    assert brief is not None
    return dict(brief.facts)


def test_a_scenario_without_an_incident_or_brief_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "new", str(tmp_path / "mine")]) == 0
    assert main(["scenario", "incident", str(tmp_path / "mine"), "--kept"]) == 2
    assert "no incident yet" in capsys.readouterr().err
    assert main(["scenario", "sql", str(tmp_path / "mine"), "select 1"]) == 2
    assert "no evidence" in capsys.readouterr().err
