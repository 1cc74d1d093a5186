"""What holds in each phase: pure functions of the scenario.

A fault and a `set` hold for their phase; those of a shift hold until the lap ends, the drain included. A parameter
that is set replaces the whole of the parameter before; maps are not merged into one another.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from scenarios.model import FaultUse, Phase, Scenario

Settings = dict[str, dict[str, Any]]
"""Parameters by part."""


class Placed(NamedTuple):
    """A fault by its place in the scenario, which is the same thing in every phase that it holds in."""

    phase: str
    number: int
    use: FaultUse


def _holding(scenario: Scenario, number: int) -> list[Phase]:
    """The phases whose faults and settings hold in phase `number`, in order; past the last one is the drain."""
    return [p for n, p in enumerate(scenario.phases[: number + 1]) if n == number or p.shift]


def settings(scenario: Scenario, number: int) -> Settings:
    """Every part's parameters in phase `number`, as authors wrote them."""
    parts = {name: dict(part.with_) for name, part in scenario.site.items()}
    for phase in _holding(scenario, number):
        for name, changed in phase.set.items():
            parts[name].update(changed)
    return parts


def changed(before: Mapping[str, dict[str, Any]], after: Settings) -> Settings:
    """The parts whose parameters differ."""
    return {name: params for name, params in after.items() if before.get(name) != params}


def faults(scenario: Scenario, number: int) -> list[Placed]:
    """The faults that hold in phase `number`, in order."""
    return [Placed(p.name, i, use) for p in _holding(scenario, number) for i, use in enumerate(p.faults)]
