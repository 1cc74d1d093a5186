"""How much a machine is strained, told by how long work of ours takes on it beside how long it would take alone.

A thread that wants to run and finds no free core waits; Linux counts both times for each thread (sched-stats,
`/proc/<pid>/schedstat`: nanoseconds on a core, nanoseconds waiting for one). Where that is not told, nothing is known.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_OWN = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True)
class Turns:
    """What a thread had of the machine so far, in seconds."""

    ran: float
    waited: float
    """Ready to run, and not running."""

    @classmethod
    def own(cls) -> Self | None:
        """Of the thread that asks; None where the machine does not tell."""
        with suppress(OSError, ValueError):
            ran, waited, *_ = _OWN.read_text().split()
            return cls(int(ran) / 1e9, int(waited) / 1e9)
        return None


def slowdown(before: Turns | None, after: Turns | None) -> float | None:
    """How many times as long the thread's work took between the two as on a machine of its own; 1 is undisturbed."""
    if before is None or after is None or after.ran <= before.ran:
        return None
    ran = after.ran - before.ran
    return (ran + after.waited - before.waited) / ran
