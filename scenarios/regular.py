"""Read a file that somebody else may have put there: only a regular one, of bounded size, and through no link."""

import os
import stat
from pathlib import Path

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""Follow no link, and do not block, as opening a named pipe would."""


class NotRegular(OSError):
    """There is no regular file of an acceptable size; the message says what there is instead."""


def head(path: Path, most: int) -> bytes:
    """Return the first `most` bytes of the file at `path`.

    Raises `NotRegular`, and `OSError` when it cannot be opened.
    """
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
    """Return all bytes of the file at `path`.

    Raises the errors of `head`, and `NotRegular` when the file has more than `most` bytes.
    """
    data = head(path, most + 1)
    if len(data) > most:
        raise NotRegular(f"is larger than {most:,} bytes")
    return data
