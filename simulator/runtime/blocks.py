"""Blocks of numbers, such as ports, that a world has to itself on this machine for as long as it lives."""

import fcntl
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

_pick = random.SystemRandom()


def claim(
    kind: str, choice: range, size: int, free: Callable[[range], bool] = lambda _block: True
) -> tuple[range, IO[bytes]]:
    """A block of `size` numbers of `choice` that no living world has and that is `free`.

    It is taken for as long as the file is open. Raises `OSError` when there is none.
    """
    for first in _shuffled(range(choice.start, choice.stop - size + 1, size)):
        taken = lock(kind, first)
        if taken is None:
            continue
        block = range(first, first + size)
        if free(block):
            return block, taken
        taken.close()
    raise OSError(f"no free {kind} between {choice.start} and {choice.stop}")


def lock(kind: str, first: int) -> IO[bytes] | None:
    """Take the block that begins with `first`; None where it is another's."""
    folder = Path(tempfile.gettempdir()) / f"fdelab-{kind}"
    folder.mkdir(exist_ok=True)
    with suppress(PermissionError):
        folder.chmod(0o1777)
    try:
        file = (folder / str(first)).open("wb")
    except PermissionError:  # another user's
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _shuffled(numbers: range) -> Iterator[int]:
    yield from _pick.sample(numbers, len(numbers))
