"""The library as one learner sees it."""

from pathlib import Path
from typing import Any

import pytest

from labs.library.new import new
from labs.overview.items import ItemStatus, library_overview
from scenarios import loader
from scenarios.vocabulary import Vocabulary


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of a sound scenario and a broken one, and a folder that is none."""
    root = tmp_path / "library"
    (root / "a-broken").mkdir(parents=True)
    (root / "a-broken" / "scenario.yaml").write_text("id: 3\n")
    (root / "no-scenario").mkdir()
    new(root / "b-sound")
    return root


def test_sound_scenarios_come_before_broken_ones(library: Path, tmp_path: Path) -> None:
    sound, broken = library_overview(library)
    assert (sound.name, sound.standing, sound.problems) == ("b-sound", ItemStatus.NEW, "")
    assert (broken.name, broken.standing, broken.entry) == ("a-broken", ItemStatus.BROKEN, None)
    assert "scenario.yaml:1:1: 'traffic' is missing" in broken.problems
    assert library_overview(tmp_path / "nowhere") == []


def test_a_folder_is_read_again_once_it_was_changed(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    examine = loader.examine

    def noted(folder: Path, words: Vocabulary | None) -> Any:
        read.append(folder.name)
        return examine(folder, words)

    monkeypatch.setattr(loader, "examine", noted)
    first = library_overview(library)
    assert library_overview(library) == first
    assert read == ["a-broken", "b-sound"]
    file = library / "b-sound" / "scenario.yaml"
    file.write_text(file.read_text() + "unheard-of: 1\n")
    assert [one.standing for one in library_overview(library)] == [ItemStatus.BROKEN] * 2
    assert read == ["a-broken", "b-sound", "b-sound"]
    library_overview(library, lint=True)
    assert read[3:] == ["a-broken", "b-sound"], "lint says more"
    (library / "b-sound" / "briefing.md").unlink()
    library_overview(library, lint=True)
    assert read[5:] == ["b-sound"]
