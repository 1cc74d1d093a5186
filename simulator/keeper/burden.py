"""How strained the machine was for a deployment, where it ran: at its priority, under its user, within its group.

A thread that is ready to run and does not run waits for whoever does. As far as those are others than the world, that
is the machine's doing; as far as they are the deployment itself, or what it has the customer's systems and the field
do, it is its own. So its waiting counts only in looks in which others took a good part of the machine, which it cannot
arrange, and never for more than what they took.
"""

import os
import time
from collections.abc import Collection, Mapping

from simulator.keeper.starvation import Reading, machine
from simulator.runtime.base import Sample
from simulator.strain import Turns, slowdown

MUCH = 0.25
"""Share of the machine's CPU that others take where they can be to blame."""

_NONE = Turns(0.0, 0.0)


class Burden:
    """Adds up one lap's looks at the deployment's `services` on a machine of `cores`."""

    def __init__(self, services: Collection[str], cores: int, begun: Reading, at: float) -> None:
        """`begun` is what the machine was like at second `at`, when the lap began."""
        self._services = services
        self._cores = cores
        self._machine = begun
        self._at = at
        self._had = _NONE

    def look(self, samples: Mapping[str, Sample], ours: float, now: Reading, at: float) -> None:
        """What processes used since the look before, the keeper `ours` CPU seconds; the machine as it is `now`."""
        seconds, busy = at - self._at, 1.0 - now.since(self._machine)
        self._machine, self._at = now, at
        turns = [s.turns for name, s in samples.items() if name in self._services and s.turns is not None]
        if not turns or seconds <= 0:
            return
        used = sum(sample.cpu for sample in samples.values()) * seconds + ours
        others = busy * self._cores * seconds - used
        waited = sum(turn.waited for turn in turns)
        blamed = min(waited, others) if others >= MUCH * self._cores * seconds else 0.0
        self._had = Turns(self._had.ran + sum(turn.ran for turn in turns), self._had.waited + blamed)

    @property
    def slowdown(self) -> float | None:
        """How many times as long the deployment's work took as on a machine of its own; None where nobody tells."""
        return slowdown(_NONE, self._had)


class Scales:
    """Takes the looks at each lap's burden, on this machine and in this process."""

    def __init__(self, services: Collection[str]) -> None:
        self._services = services
        self._burden: Burden | None = None
        self._used = 0.0

    def look(self, samples: Mapping[str, Sample], runs: bool) -> None:
        """What all processes used since the look before; the first look while a lap `runs` is what it begins with."""
        used, at = time.process_time(), time.monotonic()
        if not runs:
            self._burden = None
        elif self._burden is None:
            self._burden = Burden(self._services, os.cpu_count() or 1, machine(), at)
        else:
            self._burden.look(samples, used - self._used, machine(), at)
        self._used = used

    def worst(self, field: float | None) -> float | None:
        """The greater of what the field says of itself and of what was seen of the deployment."""
        seen = self._burden.slowdown if self._burden is not None else None
        return max((one for one in (field, seen) if one is not None), default=None)
