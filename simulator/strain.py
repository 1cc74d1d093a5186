"""Measure how strained a machine is: how long our work takes, compared with an idle machine.

A thread that wants to run and finds no free core waits; Linux counts both times for each thread (sched-stats,
`/proc/<pid>/schedstat`: nanoseconds on a core, nanoseconds waiting for one). Where these are not available, nothing is
known.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_OWN = Path("/proc/thread-self/schedstat")
_MOST_THREADS = 2000
"""Most threads to look at, each of which takes some ten microseconds."""


@dataclass(frozen=True)
class Turns:
    """Time that a thread has had so far, in seconds."""

    ran: float
    waited: float
    """Ready to run, but not running."""

    @classmethod
    def own(cls) -> Self | None:
        """Return the times of the calling thread; None when the machine does not provide them."""
        return cls._of(_OWN)

    @classmethod
    def _of(cls, file: Path) -> Self | None:
        with suppress(OSError, ValueError):
            ran, waited, *_ = file.read_text().split()
            return cls(int(ran) / 1e9, int(waited) / 1e9)
        return None

    @classmethod
    def by_thread(cls, processes: Iterable[int]) -> dict[tuple[int, int], Self]:
        """Return the times of every thread of some processes, by process and thread; empty when not available."""
        found: dict[tuple[int, int], Self] = {}
        for pid in processes:
            with suppress(OSError):
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    turns = cls._of(thread / "schedstat")
                    if turns is not None:
                        found[pid, int(thread.name)] = turns
                    if len(found) >= _MOST_THREADS:
                        return found
        return found


class Threads:
    """The threads of one service, looked at repeatedly."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], Turns] = {}

    def look(self, processes: Iterable[int]) -> Turns | None:
        """Return the total times of the threads of `processes` since the last look; None when not available.

        What a thread had between its last look and its end is not known, and left out of both times.
        """
        now = Turns.by_thread(processes)
        before, self._seen = self._seen, now
        if not now:
            return None
        none = Turns(0.0, 0.0)
        pairs = [(turns, before.get(thread, none)) for thread, turns in now.items()]
        # One that is younger than its number begins at nothing.
        pairs = [(after, then if then.ran <= after.ran else none) for after, then in pairs]
        ran = sum(after.ran - then.ran for after, then in pairs)
        return Turns(ran, sum(max(0.0, after.waited - then.waited) for after, then in pairs))


def slowdown(before: Turns | None, after: Turns | None) -> float | None:
    """Return how many times as long the thread's work took between the two as on an idle machine; 1 is undisturbed."""
    if before is None or after is None or after.ran <= before.ran:
        return None
    ran = after.ran - before.ran
    return (ran + after.waited - before.waited) / ran
