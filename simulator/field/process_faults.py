"""The faults of processes that are on: the keeper is told of them, and each service's clock is off by its skew.

The field knows when a fault sets in and when it is over; the keeper alone holds the runtime, and hears of both by the
field's events. A clock that is off is shown here, since services read the field's.
"""

from collections.abc import Sequence
from typing import Any

from simulator.clock import Clock
from simulator.evidence.recorder import Recorder
from simulator.faults import PROCESS_FAULTS
from simulator.faults.process import Skewed
from simulator.field.events import Events
from simulator.field.phases import Placed
from simulator.protocol.events import ProcessFaultChanged

Place = tuple[str, int]


class Skews:
    """Keeps by how much the clock of each service is off, and how often that was read."""

    def __init__(self) -> None:
        self._ahead: dict[Place, tuple[str, float]] = {}
        self._read: dict[Place, tuple[float, int]] = {}
        """When each clock that is off was first read, and how often since."""

    def read(self, service: str, at: float) -> float:
        """Return by how many simulated seconds a clock is ahead at wall second `at`, and note that it was read."""
        total = 0.0
        for place, (whose, ahead) in self._ahead.items():
            if whose == service:
                first, times = self._read.get(place, (at, 0))
                self._read[place] = first, times + 1
                total += ahead
        return total

    def begin(self, place: Place, service: str, ahead: float) -> None:
        """Set that service's clock off from now on."""
        self._ahead[place] = service, ahead

    def end(self, place: Place, at: float) -> dict[str, Any] | None:
        """Set it right again; return the row of the fault, or None where nobody read the clock while it was off."""
        service, ahead = self._ahead.pop(place, ("", 0.0))
        first, times = self._read.pop(place, (at, 0))
        if not times:
            return None
        row = {"at": first, "link": service, "kind": "skew", "request": None, "key": None, "lasted": at - first}
        where = f"{abs(ahead):g} s {'ahead' if ahead > 0 else 'behind'}"
        return row | {"detail": f"clock of {service}", "effect": f"read {times} times, {where}"}


class ProcessFaultSchedule:
    """Switches the faults of processes on and off in one lap."""

    def __init__(self, lap: int, clock: Clock, recorder: Recorder, events: Events, skews: Skews) -> None:
        self._lap = lap
        self._clock = clock
        self._recorder = recorder
        self._events = events
        self._skews = skews
        self._on: dict[Place, Placed] = {}
        self._times: dict[Place, int] = {}
        """How often each fault would have set in."""

    def lift(self, placed: Sequence[Placed] = ()) -> None:
        """End all faults but these."""
        wanted = {(fault.phase, fault.number) for fault in placed}
        for place in [place for place in self._on if place not in wanted]:
            fault = self._on.pop(place)
            if not self._spared(fault):
                self._tell(fault, on=False)
            row = self._skews.end(place, self._clock.at())
            if row is not None:
                self._recorder.write("faults", row)

    def strike(self, placed: Sequence[Placed]) -> None:
        """Begin those of these faults that are not on."""
        for fault in placed:
            place = fault.phase, fault.number
            if not fault.use.service or place in self._on:
                continue
            self._times[place] = self._times.get(place, 0) + 1
            self._on[place] = fault
            if not self._spared(fault):
                self._tell(fault, on=True)

    def _spared(self, fault: Placed) -> bool:
        """Whether it has set in as often as it is to, and comes no more."""
        return fault.use.first is not None and self._times[fault.phase, fault.number] > fault.use.first

    def _tell(self, fault: Placed, *, on: bool) -> None:
        (name, given), place = next(iter(fault.use.kinds.items())), (fault.phase, fault.number)
        kind = PROCESS_FAULTS[name]
        hit = kind.hit(kind.params.model_validate(given))
        if on and isinstance(hit, Skewed):
            self._skews.begin(place, fault.use.service, hit.ahead)
        self._events.add(
            ProcessFaultChanged(lap=self._lap, at=self._clock.at(), place=place, service=fault.use.service, fault=name,
                                params=given, on=on)
        )  # fmt: skip
