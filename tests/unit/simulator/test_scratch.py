"""Scratch folders are found by their world, and only by it."""

import os
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


@pytest.mark.parametrize("kind", ["pipe", "link", "binary", "endless"])
def test_what_others_planted_is_passed_over(worlds: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    mine = made_by(worlds, "aaaa", monkeypatch)
    planted = worlds.parent / "fdelab-aaaa-planted"
    planted.mkdir()
    mark = planted / ".world"
    if kind == "pipe":
        os.mkfifo(mark)
    elif kind == "link":
        mark.symlink_to(mine / ".world")
    elif kind == "binary":
        mark.write_bytes(b"\xff\xfe")
    else:
        mark.write_text(str(worlds / "aaaa") + "/" * 10_000)
    assert dict(scratch.of_worlds(worlds)) == {"aaaa": mine}


def test_a_link_in_a_folders_place_is_passed_over(worlds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = made_by(worlds, "aaaa", monkeypatch)
    (worlds.parent / "fdelab-aaaa-link").symlink_to(mine)
    assert list(scratch.of_worlds(worlds)) == [("aaaa", mine)]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_no_scratch_of_ours(worlds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = made_by(worlds, "aaaa", monkeypatch)
    os.chown(theirs, 12345, 12345)
    assert not list(scratch.of_worlds(worlds))
