"""Locks between the processes of one user, in a folder that nobody else may enter or prepare."""

import fcntl
import os
import stat
import tempfile
from pathlib import Path
from typing import IO

_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""The file is made or opened as it is: never emptied, never somewhere else."""


def folder() -> Path:
    """Return the folder of this user's locks, with rights for this user alone.

    It lies in the folder for temporary files, where everybody may make anything: what is no folder of this user's, or
    is open to others, is not used. Raises `OSError` then, most often `PermissionError`, with what to do.
    """
    place = Path(tempfile.gettempdir()) / f"fdelab-locks-{os.getuid()}"
    try:
        place.mkdir(mode=0o700)
    except FileExistsError:
        found = place.lstat()
        private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
        if not private:
            hint = "remove it, or set TMPDIR to a folder of your own"
            raise PermissionError(f"{place} is not a private folder of yours: {hint}") from None
    return place


def take(name: str, *, wait: bool = False) -> IO[bytes] | None:
    """Return the lock of that name, held for as long as the file is open; None where another process has it.

    With `wait`, it is waited for. Raises `OSError` where there is no private place for it.
    """
    descriptor = os.open(folder() / name, _OPEN, 0o600)
    file = os.fdopen(descriptor, "rb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        file.close()
        return None
    return file
