"""Reading a file that somebody else may have put there: a regular one, of bounded size, that no link leads to."""

import os
import stat
from pathlib import Path


class NotRegular(OSError):
    """What is at that place is no regular file of a size that is read; the message says what it is instead."""


def read(path: Path, most: int) -> bytes:
    """The bytes of the file at `path`, at most `most`.

    Nothing is waited for, as opening a named pipe would. Raises `NotRegular`, and `OSError` where it cannot be opened.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    if path.is_symlink():
        raise NotRegular("is a symbolic link")
    descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotRegular("is no regular file")
        data = file.read(most + 1)
    if len(data) > most:
        raise NotRegular(f"is larger than {most:,} bytes")
    return data
