"""Locks lie where nobody else can prepare them, and opening one changes no file."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from simulator.runtime import locks


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def taken(name: str) -> IO[bytes]:
    """A lock that nobody has."""
    lock = locks.take(name)
    assert lock is not None
    return lock


def test_a_lock_is_one_processes_at_a_time(shared: Path) -> None:
    with taken("users-1"), taken("users-2"):
        assert locks.take("users-1") is None
    with taken("users-1"):
        pass


def test_the_folder_is_this_users_alone(shared: Path) -> None:
    assert locks.folder().stat().st_mode & 0o777 == 0o700
    assert locks.folder().parent == shared


def _linked(place: Path) -> None:
    (place.parent / "target").mkdir(mode=0o700)
    place.symlink_to(place.parent / "target")


def _open_to_all(place: Path) -> None:
    place.mkdir()
    place.chmod(0o777)


PLANTED: dict[str, Callable[[Path], None]] = {"a link": _linked, "open to all": _open_to_all, "a file": Path.touch}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_place_that_others_prepared_is_not_used(shared: Path, kind: str) -> None:
    PLANTED[kind](shared / f"fdelab-locks-{os.getuid()}")
    with pytest.raises(PermissionError, match="is not a private folder of yours"):
        locks.take("users-1")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_not_used(shared: Path) -> None:
    place = shared / f"fdelab-locks-{os.getuid()}"
    place.mkdir(mode=0o700)
    os.chown(place, 12345, 12345)
    with pytest.raises(PermissionError, match="is not a private folder of yours"):
        locks.take("users-1")


def test_a_link_in_a_locks_place_is_not_followed(shared: Path) -> None:
    ours = shared / "ours"
    ours.write_text("kept")
    (locks.folder() / "users-1").symlink_to(ours)
    with pytest.raises(OSError, match="symbolic link"):
        locks.take("users-1")
    assert ours.read_text() == "kept"


def test_taking_a_lock_empties_no_file(shared: Path) -> None:
    (locks.folder() / "users-1").write_text("kept")
    with taken("users-1"):
        pass
    assert (locks.folder() / "users-1").read_text() == "kept"
