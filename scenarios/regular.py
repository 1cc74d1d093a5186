"""Reading a file that somebody else may have put there: a regular one, of bounded size, that no link leads to."""

import os
import stat
from pathlib import Path

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""No link is followed, and nothing is waited for, as opening a named pipe would."""


class NotRegular(OSError):
    """What is at that place is no regular file of a size that is read; the message says what it is instead."""


def head(path: Path, most: int) -> bytes:
    """The first `most` bytes of the file at `path`. Raises `NotRegular`, and `OSError` where it cannot be opened."""
    if path.is_symlink():
        raise NotRegular("is a symbolic link")
    descriptor = os.open(path, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotRegular("is no regular file")
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.read(most)
    finally:
        os.close(descriptor)


def read(path: Path, most: int) -> bytes:
    """All of the file at `path`. Raises as `head` does, and `NotRegular` where it has more than `most` bytes."""
    data = head(path, most + 1)
    if len(data) > most:
        raise NotRegular(f"is larger than {most:,} bytes")
    return data
