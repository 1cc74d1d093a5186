"""Scratch folders are found by their world, and only by it."""

import tempfile
from pathlib import Path

import pytest

from simulator import scratch
from simulator.runtime import gc


@pytest.fixture
def worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / "worlds"


def made_by(worlds: Path, session: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FDELAB_SESSION", session)
    monkeypatch.setenv("FDELAB_WORLD", str(worlds / session))
    folder = scratch.make()
    (folder / "data").mkdir()
    return folder


def test_a_world_that_ends_takes_its_scratch_along(worlds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = (made_by(worlds, session, monkeypatch) for session in ("aaaa", "aaab"))
    scratch.remove(worlds / "aaaa")
    assert (mine.exists(), other.exists()) == (False, True)


def test_gc_finds_what_a_killed_world_left_and_spares_the_living(worlds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead, live = (made_by(worlds, session, monkeypatch) for session in ("dead", "live"))
    elsewhere = made_by(worlds.parent / "others", "dead", monkeypatch)
    stranger = worlds.parent / "fdelab-dead-notours"
    stranger.mkdir()
    removed = gc.remove(worlds, live={"live"})
    assert removed.folders == {dead: "dead"}
    assert (dead.exists(), live.exists(), elsewhere.exists(), stranger.exists()) == (False, True, True, True)
