"""The faults and settings that hold in each phase: pure functions of the scenario.

A fault and a `set` hold for their phase; those of a shift hold until the lap ends, the drain included. A parameter
that is set replaces the whole of the parameter before; maps are not merged into one another.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from scenarios.model import FaultUse, Phase, Scenario
from scenarios.phases import windows
from simulator.clock import Span, Timeline

Settings = dict[str, dict[str, Any]]
"""Parameters by part."""


class Placed(NamedTuple):
    """A fault by its place in the scenario, which is the same thing in every phase that it holds in."""

    phase: str
    number: int
    use: FaultUse


def _holding(scenario: Scenario, number: int) -> list[Phase]:
    """Return the phases whose faults and settings hold in phase `number`, in order; past the last is the drain."""
    return [p for n, p in enumerate(scenario.phases[: number + 1]) if n == number or p.shift]


def settings(scenario: Scenario, number: int) -> Settings:
    """Return every part's parameters in phase `number`, as authors wrote them."""
    parts = {name: dict(part.with_) for name, part in scenario.site.items()}
    for phase in _holding(scenario, number):
        for name, changed in phase.set.items():
            parts[name].update(changed)
    return parts


def changed(before: Mapping[str, dict[str, Any]], after: Settings) -> Settings:
    """Return the parts whose parameters differ."""
    return {name: params for name, params in after.items() if before.get(name) != params}


def faults(scenario: Scenario, number: int) -> list[Placed]:
    """Return the faults that hold in phase `number`, in order."""
    return [Placed(p.name, i, use) for p in _holding(scenario, number) for i, use in enumerate(p.faults)]


class Change(NamedTuple):
    """The faults that are switched on from wall second `at` of the lap on; no others are."""

    at: float
    faults: list[Placed]


def fault_schedule(scenario: Scenario, timeline: Timeline, skipped: int = 0) -> list[list[Change]]:
    """Return the changes in each phase of a time line that begins with phase `skipped`: as it begins, and in it."""
    began = _passed(scenario, timeline, skipped)
    at, found = 0.0, []
    for number, span in enumerate(timeline.spans, start=skipped):
        on = [(fault, list(_on(fault.use, span, at - began[fault.phase]))) for fault in faults(scenario, number)]
        edges = {span.begins, *(edge for _, times in on for pair in times for edge in pair if edge < span.ends)}
        found.append(
            [Change(edge, [f for f, times in on if any(a <= edge < b for a, b in times)]) for edge in sorted(edges)]
        )
        at += (span.ends - span.begins) * span.rate
    return found


def _passed(scenario: Scenario, timeline: Timeline, skipped: int) -> dict[str, float]:
    """Return the simulated seconds that have passed when each phase begins; a skipped one begins with the lap."""
    began = {phase.name: 0.0 for phase in scenario.phases[:skipped]}
    at = 0.0
    for span in timeline.spans:
        began[span.name] = at
        at += (span.ends - span.begins) * span.rate
    return began


def _on(use: FaultUse, span: Span, passed: float) -> Iterator[tuple[float, float]]:
    """Return the wall seconds, within a phase, between which a fault is on whose own phase began `passed` before."""
    lasts = (span.ends - span.begins) * span.rate
    for begins, ends in windows(use, passed + lasts):
        if ends > passed:
            first, last = max(0.0, begins - passed), ends - passed
            yield span.begins + first / span.rate, span.ends if last >= lasts else span.begins + last / span.rate
