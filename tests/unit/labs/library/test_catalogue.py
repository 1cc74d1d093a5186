import json
from pathlib import Path

import pytest

from labs.base.errors import ExitCode, ScenarioProblems, UsageProblem
from labs.library.catalogue import CALIBRATION, Entry, find, locate, slugs
from labs.overview.items import library_overview


def test_a_scenario_is_found_by_slug_folder_and_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find("promise-dates").name == "promise-dates"
    assert locate(str(folder)) == locate(str(folder / "scenario.yaml")) == folder / "scenario.yaml"
    monkeypatch.chdir(folder.parent)
    assert find("scenario").folder == folder


def test_text_with_a_separator_is_a_path_also_where_the_library_has_that_name(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = folder.rename(tmp_path / "promise-dates")
    monkeypatch.chdir(tmp_path)
    assert find("./promise-dates").folder == own
    assert find("promise-dates/").folder == own
    assert find("promise-dates").folder != own
    monkeypatch.chdir(own)
    with pytest.raises(UsageProblem, match="promise-dates"):
        find("./promise-dates")


def test_a_mistyped_name_gets_a_suggestion() -> None:
    with pytest.raises(UsageProblem, match="promise-dates"):
        find("promise-date")


def test_all_problems_are_rendered_with_their_places(folder: Path) -> None:
    file = folder / "scenario.yaml"
    file.write_text(
        file.read_text("utf-8").replace("level: 2", "level: 9").replace("minutes: 90", "minute: 90"), "utf-8"
    )
    with pytest.raises(ScenarioProblems) as caught:
        find(str(folder))
    assert caught.value.code is ExitCode.USAGE
    assert caught.value.what.count(f"{file}:") >= 2
    assert "^" in caught.value.what


def test_every_scenario_of_the_library_is_sound() -> None:
    assert all(find(slug, lint=True).uses()[0] == "untouched" for slug in slugs())


def test_a_calibration_counts_only_for_the_scenario_that_it_was_made_of(entry: Entry) -> None:
    assert entry.calibration() is None
    measured = {"scenario_hash": entry.hash, "proven": True, "untouched": {"ledger": {}}, "reference": {"ledger": {}}}
    (entry.folder / CALIBRATION).write_text(json.dumps(measured))
    assert find(str(entry.folder)).proven
    (entry.folder / "workspace" / "app" / "main.py").write_text("other")
    assert find(str(entry.folder)).calibration() is None
    assert not find(str(entry.folder)).proven


@pytest.mark.parametrize(
    ("seeds", "told"),
    [
        ({"docker": [1, 2, 3], "local": [1, 2]}, "verified with 3 seeds on docker and 2 on local"),
        ({"local": [7]}, "verified with 1 seed on local"),
        ({}, "verified"),
    ],
)
def test_how_far_it_was_proven_is_told_in_words(entry: Entry, seeds: dict[str, list[int]], told: str) -> None:
    proof = {"seeds": seeds, "exams": 4, "code": ["unknown"]}
    calibration = {"scenario_hash": entry.hash, "proven": True, "proof": proof}
    (entry.folder / CALIBRATION).write_text(json.dumps(calibration))
    assert entry.verified() == told
    (entry.folder / CALIBRATION).write_text(json.dumps(calibration | {"proven": False}))
    assert entry.verified() is None
    assert library_overview(entry.folder.parent)[0].verified is None
    (entry.folder / CALIBRATION).write_text(json.dumps(calibration))
    assert library_overview(entry.folder.parent)[0].verified == told


def test_a_calibration_that_is_none_counts_for_nothing(entry: Entry) -> None:
    for text in ("[1]", "null", "{", "7"):
        (entry.folder / CALIBRATION).write_text(text)
        assert entry.calibration() is None


def test_an_unknown_deployment_names_those_that_there_are(entry: Entry, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no deployment 'referense'") as caught:
        entry.materialise("referense", tmp_path / "x")
    assert "reference" in (caught.value.remedy or "")
