"""Orphans: what loses its parent below this process becomes its child, so that what it used is known when it ends.

The times of a process go with it, unless somebody waits for it. One that forks, burns and ends, before whoever it
forked does, would seem to have used nothing.
"""

import ctypes
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)


def adopt(whether: bool = True) -> None:
    """Be the parent of all that lose theirs below this process, as `Orphans` needs; nothing where no Linux is."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, int(whether), 0, 0, 0)


class Orphans:
    """Those of one world, which all run in sessions of their own, as nothing else does that this process started."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """CPU time of all that were buried, with what they had waited for."""

    def bury(self, others: Collection[int]) -> None:
        """Wait for all that have ended; `others` are children that somebody else waits for."""
        own = os.getsid(0)
        for pid in _dead_children(os.getpid()):
            with suppress(OSError):
                if pid not in others and os.getsid(pid) != own:
                    _, _, used = os.wait4(pid, os.WNOHANG)
                    self.seconds += used.ru_utime + used.ru_stime


def _dead_children(parent: int) -> Iterator[int]:
    """By hand: proc(5), stat, whose second field is a name in parentheses that may hold anything."""
    with suppress(OSError):
        for name in os.listdir("/proc"):  # noqa: PTH208 - it is looked at once a second
            if name.isdigit():
                with suppress(OSError):
                    state, father, *_ = Path(f"/proc/{name}/stat").read_bytes().rpartition(b")")[2].split()
                    if state == b"Z" and int(father) == parent:
                        yield int(name)
