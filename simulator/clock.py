"""Wall and simulated time of one lap.

Wall time is counted in seconds since the lap's start (`at` in every evidence table). Simulated time is the customer's
local time. A timeline is data made from the scenario's phases; a clock is a timeline that has started.
"""

import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scenarios.phases import DRAIN, paces

if TYPE_CHECKING:
    from scenarios.model import Scenario


@dataclass(frozen=True)
class Span:
    """One phase on the timeline: wall seconds `[begins, ends)` and the simulated time at its beginning."""

    __pydantic_config__: ClassVar = {"json_schema_serialization_defaults_required": True}

    name: str
    begins: float
    ends: float
    sim_begins: datetime
    rate: float
    """Simulated seconds per wall second."""
    graded: bool
    shift: bool
    excused: bool = False
    """Whether not even money and gates look at it."""

    @property
    def counts(self) -> bool:
        """Whether money is booked in it, and gates look at it: always, unless it is excused."""
        return self.graded or not self.excused

    def sim(self, at: float) -> datetime:
        """Return the simulated time at wall second `at`, extrapolated past the end."""
        return self.sim_begins + timedelta(seconds=(at - self.begins) * self.rate)

    def at(self, sim: datetime) -> float:
        """Return the wall second at simulated time `sim`, extrapolated past both ends."""
        return self.begins + (sim - self.sim_begins).total_seconds() / self.rate


@dataclass(frozen=True)
class Timeline:
    """The phases of one lap in order; the last one, `drain`, has no traffic and is never graded."""

    spans: tuple[Span, ...]

    def span(self, at: float) -> Span:
        """Return the phase of wall second `at`: the first before the start, the last after the end."""
        for span in self.spans:
            if at < span.ends:
                return span
        return self.spans[-1]

    def sim(self, at: float) -> datetime:
        """Return the simulated time at wall second `at`."""
        return self.span(at).sim(at)

    def when(self, sim: datetime) -> float:
        """Return the first wall second at which simulated time is at or after `sim`: the inverse of `sim`.

        An event in time that the clock jumps over is due at the jump. Before the first phase the result is negative.
        """
        for span in self.spans[:-1]:
            at = span.at(sim)
            if at < span.ends:
                return max(at, span.begins) if span is not self.spans[0] else at
        return max(self.spans[-1].at(sim), self.spans[-1].begins)

    @property
    def traffic_ends(self) -> float:
        """The wall second after the last request: where the drain begins."""
        return self.spans[-1].begins

    def jump(self, name: str) -> tuple[int, Self]:
        """Return the rest of the lap from phase `name` on, starting at 0, and how many phases that leaves out.

        Ungraded phases right before it stay, because they lead up to it. Raises `KeyError` when there is no such phase.
        """
        names = [span.name for span in self.spans[:-1]]
        if name not in names:
            raise KeyError(name)
        first = names.index(name)
        while first and not self.spans[first - 1].graded:
            first -= 1
        begins = self.spans[first].begins
        rest = (replace(s, begins=s.begins - begins, ends=s.ends - begins) for s in self.spans[first:])
        return first, type(self)(tuple(rest))

    def to_json(self) -> list[dict[str, Any]]:
        """Return plain data for `run.json` and for the messages between processes."""
        return [asdict(span) | {"sim_begins": span.sim_begins.isoformat()} for span in self.spans]

    @classmethod
    def from_json(cls, rows: list[dict[str, Any]]) -> Self:
        """Return the timeline that `to_json` described."""
        spans = []
        for row in rows:
            # When laps did not say so yet, nothing counted that was not graded.
            known = {"excused": not row["graded"], **row, "sim_begins": datetime.fromisoformat(row["sim_begins"])}
            spans.append(Span(**known))
        return cls(tuple(spans))


def timeline(scenario: "Scenario") -> Timeline:
    """Return the timeline of a scenario's phases, with the drain that ends every lap.

    The drain lasts as long as the longest time-out: until then an answer may still come.
    """
    rates = paces(scenario.phases)
    spans: list[Span] = []
    at, sim = 0.0, scenario.clock.starts
    for phase, pace in zip(scenario.phases, rates, strict=True):
        if phase.day == "next":
            sim = _next_day(sim, phase.from_, scenario.clock.starts)
        elif phase.from_ is not None:
            sim = _next_time_of_day(sim, phase.from_)
        excused = phase.excused is not None
        spans.append(Span(phase.name, at, at + phase.lasts, sim, pace, phase.graded, phase.shift, excused))
        at += phase.lasts
        sim = spans[-1].sim(at)
    drain = max(flow.timeout for flow in scenario.traffic.values())
    spans.append(Span(DRAIN, at, at + drain, sim, rates[-1], graded=False, shift=False))
    return Timeline(tuple(spans))


def _next_time_of_day(sim: datetime, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    there = sim.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return there if there >= sim else there + timedelta(days=1)


def _next_day(sim: datetime, clock: str | None, starts: datetime) -> datetime:
    begins = starts.time() if clock is None else datetime.strptime(clock, "%H:%M").time()
    return datetime.combine(sim.date() + timedelta(days=1), begins)


class Clock:
    """A timeline that started at `start` on the machine's monotonic clock.

    All processes of a world run on one kernel, so they share that clock, containers included.
    """

    def __init__(self, timeline: Timeline, start: float) -> None:
        self.timeline = timeline
        self.start = start

    def at(self) -> float:
        """Return wall seconds since the lap's start; negative before it."""
        return time.monotonic() - self.start

    def now(self) -> datetime:
        """Return the current simulated time."""
        return self.timeline.sim(self.at())

    def rate(self) -> float:
        """Return the current simulated seconds per wall second."""
        return self.timeline.span(self.at()).rate
