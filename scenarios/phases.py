"""What follows from a scenario's phases, for lint and for the world alike."""

from collections.abc import Iterator, Sequence

from scenarios.model import FaultUse, Phase

DRAIN = "drain"
"""The phase that ends every lap by itself: answers still come, and no traffic is sent."""


def paces(phases: Sequence[Phase]) -> list[float]:
    """Simulated seconds per wall second in each phase: its own, else that of the phase before it.

    At the front it is that of the first phase that says one; where none does, simulated time is wall time.
    """
    pace = next((p.simulates / p.lasts for p in phases if p.simulates), 1.0)
    found = []
    for phase in phases:
        pace = phase.simulates / phase.lasts if phase.simulates else pace
        found.append(pace)
    return found


def windows(use: FaultUse, lasts: float) -> Iterator[tuple[float, float]]:
    """When a fault is on: from, until, in simulated seconds that have passed since its phase began, up to `lasts`.

    What the clock jumps over has not passed.
    """
    over = min(lasts, lasts if use.until is None else use.until)
    at = use.from_
    while at < over:
        ends = over if use.flap is None else min(over, at + use.flap.on)
        yield at, ends
        at = over if use.flap is None else ends + use.flap.off
