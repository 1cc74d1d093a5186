"""Room on a disk: tell a full disk from other trouble, and reserve enough for a last word about it."""

import errno
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

FULL = (errno.ENOSPC, errno.EDQUOT)
_SAID = ("No space left on device", "Disk quota exceeded")
_LEAST = 1 << 20
"""Free bytes below which a program that complains about missing room is believed."""
_KEPT = 1 << 16


def caused(error: BaseException) -> bool:
    """Whether an error comes from a full disk or an exhausted quota; for several copied files, whether any does."""
    if not isinstance(error, OSError):
        return False
    return error.errno in FULL or (isinstance(error, shutil.Error) and any(said in str(error) for said in _SAID))


def short(folder: Path) -> bool:
    """Whether the disk with `folder` has almost no room left."""
    try:
        return shutil.disk_usage(folder).free < _LEAST
    except OSError:
        return False


def behind(reason: str, folder: Path) -> bool:
    """Whether one of our processes, which said `reason` in the end, stopped because the disk with `folder` was full.

    Words alone prove nothing, since a deployment's own trouble can be in them.
    """
    return any(said in reason for said in _SAID) and (short(folder) or _SAID[1] in reason)


class LastRoom:
    """A file in a world's folder that only takes up room, so that the world can still record why it ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "last-words.room"
        with suppress(OSError):
            self._file.write_bytes(bytes(_KEPT))

    def told(self, reason: str, full: bool = False) -> dict[str, Any]:
        """Return what an event says about a failure of ours, and free the room to write it.

        With `full`, the disk is known to be full; otherwise the words of the process that met it first decide.
        """
        full = full or behind(reason, self._folder)
        with suppress(OSError):
            self._file.unlink(missing_ok=True)
        if full:
            reason = f"the disk is full: there is no room for what happens in the world, in {self._folder}"
        return {"reason": reason, "disk_full": True} if full else {"reason": reason}
