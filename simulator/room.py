"""Room on a disk: telling a full one from other trouble, and keeping enough back for a last word about it."""

import errno
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

FULL = (errno.ENOSPC, errno.EDQUOT)
_SAID = ("No space left on device", "Disk quota exceeded")
_LEAST = 1 << 20
"""Bytes free below which a program that says that there was no room is believed."""
_KEPT = 1 << 16


def caused(error: BaseException) -> bool:
    """Whether an error comes of a full disk or a quota that is used up; of many copies, whether one of them does."""
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
    """A file in a world's folder that only takes room, so that the world can still say why it ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "last-words.room"
        with suppress(OSError):
            self._file.write_bytes(bytes(_KEPT))

    def told(self, reason: str, full: bool = False) -> dict[str, Any]:
        """What an event says of a failure of ours, and the room to say it.

        `full`: it is known that there was none; else the words of whatever process met that first tell.
        """
        full = full or behind(reason, self._folder)
        with suppress(OSError):
            self._file.unlink(missing_ok=True)
        if full:
            reason = f"the disk is full: there is no room for what happens in the world, in {self._folder}"
        return {"reason": reason, "disk_full": True} if full else {"reason": reason}
