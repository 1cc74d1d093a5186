"""Whether showing a scenario would give away an engagement of one's own."""

import shutil
from pathlib import Path

import pytest

from grader.grade import grade
from labs.cli import main
from labs.engagement.engagement import begin
from labs.library.catalogue import Entry, find
from labs.overview.spoilers import still_open
from labs.progress.store import Store
from tests.unit.grader.laps import AVAILABLE, Lap
from tests.unit.labs import little


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))
    return find(str(little.make(tmp_path / "scenario")))


@pytest.fixture
def mine(entry: Entry, tmp_path: Path) -> Path:
    folder = begin(entry, tmp_path / "mine")[0].folder
    Store().opened(folder, entry.name)
    return folder


def test_nothing_is_open_that_was_not_begun(entry: Entry) -> None:
    assert still_open(entry) is None


def test_what_was_begun_is_open_until_it_is_passed(entry: Entry, mine: Path, tmp_path: Path) -> None:
    assert still_open(entry) == mine
    for number, outcome in ((1, "error"), (2, "ok")):
        lap = Lap(checks=(AVAILABLE,), number=number, scenario={"id": entry.scenario.id})
        report = grade(lap.traffic(dict.fromkeys(range(44), outcome)).write(tmp_path))
        Store().add_attempt(report, tmp_path / str(number), None)
        assert report.result == ("passed" if outcome == "ok" else "failed")
        assert still_open(entry) == (None if outcome == "ok" else mine)


def test_what_is_gone_is_not_open(entry: Entry, mine: Path) -> None:
    shutil.rmtree(mine)
    assert still_open(entry) is None


def test_show_asks_before_it_gives_anything_away(entry: Entry, mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "show", entry.name]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert str(mine) in said.err and "--yes" in said.err
    assert main(["scenario", "show", entry.name, "--json"]) == 2
    assert capsys.readouterr().out == ""
    assert main(["scenario", "show", entry.name, "--yes"]) == 0
    assert entry.scenario.title in capsys.readouterr().out
