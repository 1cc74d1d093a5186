"""Arrivals come at the rate that was asked for, and the same for the same seed."""

import statistics
from itertools import accumulate, pairwise
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.workloads.arrivals import arrivals, paced


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


@given(
    st.integers(0, 99), st.floats(1, 50), st.sampled_from(["poisson", "fixed"]), st.lists(st.floats(0.1, 5), min_size=1)
)
def test_at_one_rate_pieces_change_nothing(seed: int, rate: float, arrival: Any, lasts: list[float]) -> None:
    ends = list(accumulate(lasts))
    assert paced(seed, [(end, rate) for end in ends], arrival) == arrivals(seed, rate, ends[-1], arrival)


@pytest.mark.parametrize("arrival", ["poisson", "fixed"])
def test_each_piece_has_its_rate(arrival: Any) -> None:
    times = paced(1, [(100.0, 20.0), (110.0, 0.0), (130.0, 100.0), (200.0, 20.0)], arrival)
    assert times == sorted(times)
    counts = [sum(a <= at < b for at in times) for a, b in ((0, 100), (100, 110), (110, 130), (130, 200))]
    assert counts[1] == 0
    for count, wanted in zip((counts[0], counts[2], counts[3]), (2000, 2000, 1400), strict=True):
        assert abs(count - wanted) <= (4 * wanted**0.5 if arrival == "poisson" else 1)
