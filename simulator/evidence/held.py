"""Keep laps until their readers are done, although only the newest ones are kept.

A reader holds a shared lock on the lap's folder; pruning takes an exclusive lock, and leaves for later what it cannot
lock. The lock of a process that dies is released.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def hold(laps: Path) -> Iterator[list[Path]]:
    """Yield the folders of all laps in folder `laps`, none of which is pruned before the block ends."""
    with contextlib.ExitStack() as held:
        numbered = [folder for folder in laps.iterdir() if folder.name.isdigit()] if laps.is_dir() else []
        yield [folder for folder in numbered if _take(folder, fcntl.LOCK_SH, held)]


def prune(laps: Path, newest: int) -> None:
    """Remove the laps up to number `newest`, except those that are held: the next call finds them again."""
    for folder in laps.iterdir():
        if folder.name.isdigit() and int(folder.name) <= newest:
            with contextlib.ExitStack() as held:
                if _take(folder, fcntl.LOCK_EX | fcntl.LOCK_NB, held):
                    shutil.rmtree(folder, ignore_errors=True)


def _take(folder: Path, how: int, held: contextlib.ExitStack) -> bool:
    """Lock a folder for as long as `held` is open; return False when it is gone, or locked by another."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    held.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        return False
    # Whoever had it before may have removed it.
    return os.fstat(descriptor).st_nlink > 0 and folder.is_dir()
