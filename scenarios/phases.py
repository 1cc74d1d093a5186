"""What a scenario's phases imply, for lint and for the world alike."""

from collections.abc import Iterator, Sequence

from scenarios.model import FaultUse, Phase

DRAIN = "drain"
"""The phase that ends every lap: answers may still come, and no traffic is sent."""


def paces(phases: Sequence[Phase]) -> list[float]:
    """Return the simulated seconds per wall second of each phase: its own pace, else that of the phase before.

    Phases before the first pace use that one; when no phase has a pace, simulated time is wall time.
    """
    pace = next((p.simulates / p.lasts for p in phases if p.simulates), 1.0)
    found = []
    for phase in phases:
        pace = phase.simulates / phase.lasts if phase.simulates else pace
        found.append(pace)
    return found


def windows(use: FaultUse, lasts: float) -> Iterator[tuple[float, float]]:
    """Yield when a fault is on, as (from, until) in simulated seconds since its phase began, up to `lasts`.

    Time that the clock jumps over does not count.
    """
    over = min(lasts, lasts if use.until is None else use.until)
    at = use.from_
    while at < over:
        ends = over if use.flap is None else min(over, at + use.flap.on)
        yield at, ends
        at = over if use.flap is None else ends + use.flap.off


def rates(phases: Sequence[Phase], flow: str, usual: float) -> dict[str, float]:
    """Return a flow's requests per wall second in each phase, by the phase's name.

    A rate that a phase gives holds in that phase; that of a shift until the lap ends, or another phase gives one.
    """
    found = {}
    for phase in phases:
        rate = phase.traffic.get(flow, usual)
        usual = rate if phase.shift else usual
        found[phase.name] = rate
    return found
