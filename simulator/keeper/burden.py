"""How strained the machine was for a deployment, where it ran: at its priority, under its user, within its group.

A thread that is ready to run and does not run waits for whoever does. As far as those are others than the world, that
is the machine's doing; as far as they are the deployment itself, or what it has the customer's systems, the field or
an engine do, it is its own. So waiting counts only in looks in which others took a good part of the machine, which it
cannot arrange, and never for more than what they took. That holds for the deployment's threads and for the field's.

Others are who used what of the machine's CPU nobody of the world did: neither its processes, nor the keeper, nor what
works for them outside of it, nor the kernel for what came in, which nobody can tell apart.
"""

import os
import time
from collections.abc import Collection, Mapping, Sequence

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
        self._blamed = self._all = self._seconds = 0.0

    def look(self, samples: Mapping[str, Sample], ours: float, now: Reading, at: float) -> None:
        """Book what processes used since the look before, and ours beside them: `ours` CPU seconds."""
        seconds, blamed = at - self._at, 0.0
        if seconds <= 0:
            return
        others = self._taken(now) * self._cores * seconds - sum(one.cpu for one in samples.values()) * seconds - ours
        self._all, self._seconds = self._all + max(0.0, others), self._seconds + seconds
        if others >= MUCH * self._cores * seconds:
            self._blamed += others
            blamed = others
        self._machine, self._at = now, at
        turns = [s.turns for name, s in samples.items() if name in self._services and s.turns is not None]
        waited = min(sum(turn.waited for turn in turns), blamed)
        self._had = Turns(self._had.ran + sum(turn.ran for turn in turns), self._had.waited + waited)

    def _taken(self, now: Reading) -> float:
        """Share of the machine that programs had since the look before."""
        before = self._machine
        every = now.all - before.all
        return 1.0 - now.since(before) - (now.interrupts - before.interrupts) / every if every > 0 else 0.0

    @property
    def slowdown(self) -> float | None:
        """How many times as long the deployment's work took as on a machine of its own; None where nobody tells."""
        return slowdown(_NONE, self._had)

    def blamed(self, had: Turns) -> Turns:
        """Return what a thread had in the whole lap, with no more waiting than others are to blame for."""
        return Turns(had.ran, min(had.waited, self._blamed))

    @property
    def others(self) -> float | None:
        """Cores that others used, on average; None before the first look."""
        return self._all / self._seconds if self._seconds else None


class Scales:
    """Takes the looks at each lap's burden, on this machine and in this process."""

    def __init__(self, services: Collection[str]) -> None:
        self._services = services
        self._burden: Burden | None = None
        self._used = 0.0

    def look(self, samples: Mapping[str, Sample], runs: bool, helpers: float = 0.0) -> None:
        """Book what all processes used since the look before; a lap begins with the first look while it `runs`.

        `helpers` are the CPU seconds so far of what works for them outside the world.
        """
        used, at = time.process_time() + helpers, time.monotonic()
        if not runs:
            self._burden = None
        elif self._burden is None:
            self._burden = Burden(self._services, os.cpu_count() or 1, machine(), at)
        else:
            self._burden.look(samples, used - self._used, machine(), at)
        self._used = used

    def told(self, field: Sequence[Turns | None]) -> tuple[float | None, float | None]:
        """`slowdown` and `others` of the lap as `run.json` has them, the field's turns before and after it given."""
        return self._worst(field), self._burden.others if self._burden is not None else None

    def _worst(self, field: Sequence[Turns | None]) -> float | None:
        """Return the greater of what became of the field's work and of the deployment's."""
        if self._burden is None:
            return None
        before, after = field
        seen = [self._burden.slowdown]
        if before is not None and after is not None:
            had = Turns(after.ran - before.ran, after.waited - before.waited)
            seen.append(slowdown(_NONE, self._burden.blamed(had)))
        return max((one for one in seen if one is not None), default=None)
