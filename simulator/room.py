"""Room on a disk: telling a full one from other trouble, and keeping enough back for a last word about it."""

import errno
import shutil
from contextlib import suppress
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
_SAID = ("No space left on device", "Disk quota exceeded")
_LEAST = 1 << 20
"""Bytes free below which a program that says that there was no room is believed."""
_KEPT = 1 << 16


def caused(error: BaseException) -> bool:
    """Whether an error comes of a full disk, or of a quota that is used up; of many copies, whether one of them does."""
    if not isinstance(error, OSError):
        return False
    return error.errno in FULL or (isinstance(error, shutil.Error) and any(said in str(error) for said in _SAID))


def short(folder: Path) -> bool:
    """Whether the disk that holds `folder` has next to nothing left."""
    try:
        return shutil.disk_usage(folder).free < _LEAST
    except OSError:
        return False


def behind(reason: str, folder: Path) -> bool:
    """Whether it was the disk that holds `folder` that ended a process of ours, which said `reason` in the end.

    Words alone prove nothing, since a deployment's own trouble can be in them.
    """
    return any(said in reason for said in _SAID) and (short(folder) or _SAID[1] in reason)


class LastRoom:
    """A file that only takes room; who has to say why it ended removes it first, and has the room to say so."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "last-words.room"
        with suppress(OSError):
            self._file.write_bytes(bytes(_KEPT))

    def give(self) -> None:
        """Free it; no error when it is not there."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)
