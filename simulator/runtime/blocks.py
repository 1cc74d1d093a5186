"""Blocks of numbers that a world has to itself on this machine for as long as it lives."""

import random
from collections.abc import Callable, Iterator
from typing import IO

from simulator.runtime import locks

_pick = random.SystemRandom()


def claim(
    kind: str, choice: range, size: int, free: Callable[[range], bool] = lambda _block: True
) -> tuple[range, IO[bytes]]:
    """Return a block of `size` numbers of `choice` that no living world of this user has and that is `free`.

    It is taken for as long as the file is open. Raises `OSError` when there is none.
    """
    for block in shuffled(choice, size):
        taken = lock(kind, block.start)
        if taken is None:
            continue
        if free(block):
            return block, taken
        taken.close()
    raise OSError(f"no free {kind} between {choice.start} and {choice.stop}")


def lock(kind: str, first: int) -> IO[bytes] | None:
    """Take the block that begins with `first`; None where it is another's. Raises `OSError` as `locks.take` does."""
    return locks.take(f"{kind}-{first}")


def shuffled(choice: range, size: int) -> Iterator[range]:
    """Yield the blocks of `size` numbers in `choice`, in an order that nobody can foretell."""
    firsts = range(choice.start, choice.stop - size + 1, size)
    for first in _pick.sample(firsts, len(firsts)):
        yield range(first, first + size)
