"""What a scenario's phases imply, for lint and for the world alike."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.model import FaultUse, Phase

DRAIN = "drain"
"""The phase that ends every lap: answers may still come, and no traffic is sent."""


def paces(phases: "Sequence[Phase]") -> list[float]:
    """Return the simulated seconds per wall second of each phase: its own pace, else that of the phase before.

    Phases before the first pace use that one; when no phase has a pace, simulated time is wall time.
    """
    pace = next((p.simulates / p.lasts for p in phases if p.simulates), 1.0)
    found = []
    for phase in phases:
        pace = phase.simulates / phase.lasts if phase.simulates else pace
        found.append(pace)
    return found


def windows(use: "FaultUse", lasts: float) -> Iterator[tuple[float, float]]:
    """Yield when a fault is on, as (from, until) in simulated seconds since its phase began, up to `lasts`.

    Time that the clock jumps over does not count.
    """
    over = min(lasts, lasts if use.until is None else use.until)
    at = use.from_
    while at < over:
        ends = over if use.flap is None else min(over, at + use.flap.on)
        yield at, ends
        at = over if use.flap is None else ends + use.flap.off


def stretch(phases: "Sequence[Phase]", names: Sequence[str] | None) -> str:
    """Return in words which part of the recorded day these phases are; None: all graded ones.

    `all 6 h 15 min that count: morning to file-only, without warm-up`.
    """
    chosen = [phase for phase in phases if (phase.graded if names is None else phase.name in names)]
    pace = paces(phases)
    seconds = sum(phase.lasts * pace[index] for index, phase in enumerate(phases) if phase in chosen)
    first, last = (next(iter(ends), None) for ends in (chosen, reversed(chosen)))
    if first is None or last is None:
        return "no time at all"
    if len(chosen) == 1:
        return f"{_long(seconds)}, {first.name}"
    between = phases[phases.index(first) : phases.index(last) + 1]
    apart = [phase.name for phase in (phases if names is None else between) if phase not in chosen]
    without = f", without {' and '.join(apart)}" if apart else ""
    return f"{'all ' if names is None else ''}{_long(seconds)}, {first.name} to {last.name}{without}"


def _long(seconds: float) -> str:
    """Return a stretch of simulated time as people say it: `45 min`, `6 h 15 min`, `120 days`."""
    minutes = round(seconds / 60)
    if minutes >= 3 * 24 * 60:
        return f"{round(minutes / (24 * 60))} days"
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def rates(phases: "Sequence[Phase]", flow: str, usual: float) -> dict[str, float]:
    """Return a flow's requests per wall second in each phase, by the phase's name.

    A rate that a phase gives holds in that phase; that of a shift until the lap ends, or another phase gives one.
    """
    found = {}
    for phase in phases:
        rate = phase.traffic.get(flow, usual)
        usual = rate if phase.shift else usual
        found[phase.name] = rate
    return found
