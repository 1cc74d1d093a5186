"""What follows from a scenario's phases, for lint and for the world alike."""

from collections.abc import Sequence

from scenarios.model import Phase

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
