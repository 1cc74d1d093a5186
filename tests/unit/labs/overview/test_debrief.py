"""The debrief is for whoever has passed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.verdict import Result
from labs.base.errors import ExitCode, UsageProblem
from labs.cli import main
from labs.engagement.engagement import begin
from labs.library.catalogue import Entry
from labs.overview.debrief import examined
from labs.progress.store import Store
from tests.unit.labs.progress.test_store import REPORT


def test_it_waits_for_a_passed_exam(entry: Entry, capsys: pytest.CaptureFixture[str]) -> None:
    name, text = str(entry.folder), entry.debrief.read_text("utf-8")
    for attempt, result in enumerate((Result.FAILED, Result.ERROR)):
        Store().add_attempt(replace(REPORT, scenario=entry.scenario.id, result=result), Path(f"/exams/{attempt}"))
    assert main(["debrief", name]) == ExitCode.USAGE
    told = capsys.readouterr()
    assert "no exam of it was passed" in told.err
    assert f"or read it now: fdelab debrief {name} --anyway" in told.err
    assert not told.out
    Store().add_attempt(replace(REPORT, scenario=entry.scenario.id, result=Result.PASSED), Path("/exams/2"))
    assert main(["debrief", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"scenario": entry.scenario.id, "text": text}


def test_who_asks_for_it_anyway_gets_it(entry: Entry, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["debrief", str(entry.folder), "--anyway"]) == 0
    assert capsys.readouterr().out == entry.debrief.read_text("utf-8").rstrip() + "\n"


def test_a_scenario_without_one_says_so(entry: Entry, capsys: pytest.CaptureFixture[str]) -> None:
    entry.debrief.unlink()
    assert main(["debrief", str(entry.folder), "--anyway"]) == ExitCode.USAGE
    assert "has no debrief" in capsys.readouterr().err


def test_of_an_exam_it_is_that_of_the_engagement_else_of_the_library(entry: Entry, tmp_path: Path) -> None:
    engagement, _ = begin(entry, tmp_path / "mine")
    assert examined(entry.scenario.id, engagement.folder).folder == entry.folder
    assert examined("promise-dates", engagement.folder).name == "promise-dates", "the folder has become another one's"
    assert examined("promise-dates", tmp_path / "gone").name == "promise-dates"
    assert examined("promise-dates", None).name == "promise-dates"
    with pytest.raises(UsageProblem, match="little"):
        examined(entry.scenario.id, None)
