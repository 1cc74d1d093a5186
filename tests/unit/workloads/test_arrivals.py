"""Arrivals come at the rate that was asked for, and the same for the same seed."""

import statistics
from itertools import pairwise
from typing import Literal

import pytest

from simulator.workloads.arrivals import arrivals


def test_poisson_arrivals_have_the_rate_and_the_spread_of_independent_customers() -> None:
    times = arrivals(1, 100.0, 200.0, "poisson")
    gaps = [b - a for a, b in pairwise(times)]
    assert len(times) == pytest.approx(20_000, rel=0.03)
    assert statistics.stdev(gaps) == pytest.approx(statistics.mean(gaps), rel=0.05)


def test_fixed_arrivals_are_evenly_spaced() -> None:
    assert arrivals(1, 4.0, 1.0, "fixed") == [0.125, 0.375, 0.625, 0.875]


@pytest.mark.parametrize("arrival", ["poisson", "fixed"])
def test_all_arrive_in_order_before_the_end(arrival: Literal["poisson", "fixed"]) -> None:
    times = arrivals(3, 20.0, 10.0, arrival)
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] < 10.0


def test_a_seed_is_a_day_like_any_other_and_always_the_same() -> None:
    one, again, other = (arrivals(seed, 20.0, 10.0, "poisson") for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_no_rate_is_no_arrivals() -> None:
    assert arrivals(1, 0.0, 10.0, "poisson") == []
