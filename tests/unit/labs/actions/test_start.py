from pathlib import Path

import pytest

from labs.actions.events import ActionEvent, FolderReady
from labs.actions.start import StartRequest, WorldState, start
from labs.base.errors import UsageProblem
from labs.library.catalogue import Entry
from labs.progress.store import Store
from tests.unit.labs import little


def test_the_folder_is_made_once_and_remembered(entry: Entry, tmp_path: Path) -> None:
    request = StartRequest(str(entry.folder), tmp_path / "mine", files_only=True)
    heard: list[ActionEvent] = []
    first, again = start(request, heard.append), start(request, heard.append)
    assert (first.new, again.new) == (True, False)
    assert (first.world, first.unkept, first.engagement.workspace.is_dir()) == (WorldState.NONE, None, True)
    assert heard == [FolderReady(first.engagement, new=True), FolderReady(again.engagement, new=False)]
    assert [one.folder for one in Store().engagements()] == [tmp_path / "mine"]


def test_inside_an_engagement_it_is_that_one(entry: Entry, tmp_path: Path) -> None:
    here = start(StartRequest(str(entry.folder), tmp_path / "mine", "local", files_only=True)).engagement
    for scenario in (None, str(entry.folder)):
        again = start(StartRequest(scenario, files_only=True, here=here))
        assert (again.new, again.engagement.folder, again.engagement.runtime) == (False, here.folder, "local")
    other = str(little.make(tmp_path / "other", title="Other"))
    with pytest.raises(UsageProblem, match="is an engagement with"):
        start(StartRequest(other, files_only=True, here=here))
    assert start(StartRequest(other, tmp_path / "theirs", files_only=True, here=here)).new


def test_nobody_knows_what_is_meant() -> None:
    with pytest.raises(UsageProblem, match="which engagement"):
        start(StartRequest())


def test_a_start_that_progress_cannot_keep_is_one_all_the_same(entry: Entry, tmp_path: Path, state: Path) -> None:
    (state / "progress.sqlite").mkdir(parents=True)
    started = start(StartRequest(str(entry.folder), tmp_path / "mine", files_only=True))
    assert started.unkept is not None
    assert "progress cannot be kept" in started.unkept.what
    assert started.engagement.workspace.is_dir()
