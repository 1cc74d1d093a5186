"""Compute when requests are due: seeded arrival times of an open-loop source."""

from collections.abc import Sequence
from typing import Literal

from simulator import seeds


def arrivals(seed: int, rate: float, until: float, arrival: Literal["poisson", "fixed"]) -> list[float]:
    """Return wall seconds in `[0, until)` at which something arrives, ascending, `rate` per second.

    `poisson`: independent of one another, as customers are. `fixed`: evenly spaced, the first after half a gap.
    """
    if rate <= 0:
        return []
    if arrival == "fixed":
        count = int(until * rate + 0.5)
        return [(index + 0.5) / rate for index in range(count)]
    rng = seeds.rng(seed, "arrivals")
    times: list[float] = []
    at = rng.expovariate(rate)
    while at < until:
        times.append(at)
        at += rng.expovariate(rate)
    return times


def paced(seed: int, pieces: Sequence[tuple[float, float]], arrival: Literal["poisson", "fixed"]) -> list[float]:
    """Return the same where the rate changes; `pieces` are (end, rate) in order. At one rate it is `arrivals`.

    Each gap is drawn once, in units of what is due, and passes as fast as the rate of the time says.
    """
    merged: list[tuple[float, float]] = []
    for ends, rate in pieces:
        if merged and merged[-1][1] == rate:
            merged.pop()
        merged.append((ends, rate))
    if len(merged) == 1:
        return arrivals(seed, merged[0][1], merged[0][0], arrival)
    rng = seeds.rng(seed, "arrivals")
    times: list[float] = []
    at, left = 0.0, 0.5 if arrival == "fixed" else rng.expovariate(1.0)
    for ends, rate in merged:
        while rate > 0 and at + left / rate < ends:
            at += left / rate
            times.append(at)
            left = 1.0 if arrival == "fixed" else rng.expovariate(1.0)
        left = max(left - (ends - at) * rate, 0.0)
        at = ends
    return times
