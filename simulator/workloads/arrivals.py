"""Compute when requests are due: seeded arrival times of an open-loop source."""

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
