"""A new scenario is whole from the first minute."""

from pathlib import Path

import pytest

from labs.base.errors import UsageProblem
from labs.library.catalogue import find, slugs
from labs.library.new import new
from labs.library.vocabulary import vocabulary
from scenarios.loader import examine


@pytest.mark.parametrize("source", [None, *slugs()])
def test_lint_is_silent_about_what_is_new(tmp_path: Path, source: str | None) -> None:
    folder = new(tmp_path / "late-promises", source)
    scenario, problems = examine(folder / "scenario.yaml", vocabulary(), proof=True)
    assert [str(problem) for problem in problems if not problem.note] == []
    assert scenario is not None
    assert (scenario.id, scenario.title) == ("late-promises", "Late promises")
    assert {"untouched", "reference"} < set(find(str(folder)).uses())


def test_what_was_measured_of_another_stays_there(tmp_path: Path) -> None:
    folder = new(tmp_path / "mine", "promise-dates")
    assert (folder / "briefing.md").is_file()
    assert {"calibration.json", "incident.tar.gz"}.isdisjoint(file.name for file in folder.iterdir())


def test_the_small_one_has_a_wrong_fix_and_a_debrief(tmp_path: Path) -> None:
    entry = find(str(new(tmp_path / "mine")))
    assert entry.uses() == ["untouched", "reference", "shortcut:free-of-charge"]
    assert entry.debrief.is_file()
    entry.materialise("shortcut:free-of-charge", tmp_path / "made")


@pytest.mark.parametrize("name", ["Late", "2fast", "late_promises", "-x"])
def test_names_that_are_no_ids_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageProblem, match="cannot be a scenario's id"):
        new(tmp_path / name)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(UsageProblem, match="not empty"):
        new(tmp_path / "mine")
