from pathlib import Path

import pytest

from labs import practice
from labs.catalogue import Entry
from labs.engagement import begin
from labs.world import World


def test_what_a_dead_world_left_goes_when_the_next_one_comes(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engagement, _ = begin(entry, tmp_path / "mine")
    dead, fresh = World.new(), World.new()
    dead.files.events.touch()
    (dead.folder / "launched.json").write_text('{"pid": 1, "created": 1.0}')
    engagement.session = dead.session
    engagement.save()
    monkeypatch.setattr(practice, "_launch", lambda _engagement: fresh)
    monkeypatch.setattr(practice, "await_lap", lambda _world, _progress: None)
    assert practice.bring_up(engagement, lambda _event: None) is fresh
    assert not dead.folder.exists()
    assert fresh.folder.exists()
