"""What one lap of a scenario holds, and when: phases in both times, traffic, faults, and what looks at what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.draws import Template
from scenarios.model import Check, Scenario
from scenarios.phases import DRAIN, rates, windows
from simulator.clock import Span, Timeline, timeline
from simulator.drawing import drawn


@dataclass(frozen=True)
class Strike:
    """When a fault is on, in wall seconds of the lap: at most so long, for a picture of it."""

    phase: str
    target: str
    kind: str
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Looks:
    """What a check takes the measure of, and in which phases."""

    check: str
    measures: str
    """In words: what the measure is, or the question that is asked."""
    given: Mapping[str, Any]
    """Its parameters, but for `during`."""
    phases: tuple[str, ...]


@dataclass(frozen=True)
class Glance:
    """A lap as one seed draws it, or with everything that is drawn in its middle."""

    seed: int | None
    timeline: Timeline
    traffic: Mapping[str, Mapping[str, float]]
    """Requests a wall second, by flow and phase."""
    strikes: tuple[Strike, ...]
    looks: tuple[Looks, ...]
    messages: Mapping[str, str]
    """Who writes as a phase begins, by phase."""

    @property
    def ends(self) -> float:
        """The lap's last wall second."""
        return self.timeline.spans[-1].ends

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "seed": self.seed,
            "phases": [_span(span, self) for span in self.timeline.spans],
            "faults": [
                {"phase": s.phase, "target": s.target, "kind": s.kind, "on": [list(span) for span in s.spans]}
                for s in self.strikes
            ],
            "checks": [
                {"check": one.check, "measures": one.measures, "with": one.given, "phases": list(one.phases)}
                for one in self.looks
            ],
        }


def glance(template: Template, seed: int | None = None) -> Glance:
    """Return what a lap holds; without a seed, that with the middle of everything that is drawn."""
    scenario: Scenario = template if seed is None else drawn(template, seed)
    plan = timeline(scenario)
    return Glance(
        seed,
        plan,
        {name: rates(scenario.phases, name, flow.rate) for name, flow in scenario.traffic.items()},
        tuple(_strikes(scenario, plan)),
        tuple(_looks(check, scenario) for check in scenario.checks),
        {phase.name: phase.message.from_ for phase in scenario.phases if phase.message is not None},
    )


def _span(span: Span, lap: Glance) -> dict[str, Any]:
    """One phase with wall seconds, simulated times, and what is sent a second."""
    begins, ends = (moment.isoformat(timespec="seconds") for moment in (span.sim_begins, span.sim(span.ends)))
    return {
        "name": span.name, "begins": span.begins, "ends": span.ends, "sim_begins": begins, "sim_ends": ends,
        "sim_per_second": span.rate, "graded": span.graded, "shift": span.shift, "writes": lap.messages.get(span.name),
        "traffic": {flow: rate[span.name] for flow, rate in lap.traffic.items() if span.name in rate},
    }  # fmt: skip


def _strikes(scenario: Scenario, plan: Timeline) -> Iterator[Strike]:
    for phase, span in zip(scenario.phases, plan.spans, strict=False):
        for use in phase.faults:
            on = windows(use, (span.ends - span.begins) * span.rate)
            spans = tuple((span.begins + a / span.rate, span.begins + b / span.rate) for a, b in on)
            yield Strike(phase.name, use.target, next(iter(use.kinds), "?"), spans)


def _looks(check: Check, scenario: Scenario) -> Looks:
    # Late: measures bring the database along, and a picture of the lap needs none.
    from grader.measures import MEASURES

    given = dict(check.with_)
    during = given.pop("during", None)
    graded = [phase.name for phase in scenario.phases if phase.graded]
    if check.measure is None:
        return Looks(check.id, " ".join((check.sql or "").split()), {}, tuple(during or graded))
    measure = MEASURES.get(check.measure)
    about = f"{check.measure}: {measure.about}" if measure is not None else check.measure
    whole = [phase.name for phase in scenario.phases] if check.measure == "recovered" else graded
    return Looks(check.id, about, given, tuple(during or whole))


def unwatched(lap: Glance) -> list[str]:
    """Return the graded phases that no check looks at."""
    seen = {name for one in lap.looks for name in one.phases}
    return [span.name for span in lap.timeline.spans if span.graded and span.name != DRAIN and span.name not in seen]
