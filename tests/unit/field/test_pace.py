"""A line carries what its rate says over any time in which it is busy, and never more."""

import math

from hypothesis import given
from hypothesis import strategies as st

from simulator.field.pace import Line

SIZES = st.lists(st.tuples(st.integers(1, 100_000), st.floats(0, 0.1)), min_size=1, max_size=50)


@given(st.floats(1e3, 1e8), SIZES)
def test_never_more_than_the_rate_from_the_first_byte_on(rate: float, comes: list[tuple[int, float]]) -> None:
    line = Line()
    line.rate = rate
    at, sent, began = 100.0, 0, 100.0
    for size, pause in comes:
        at += pause
        sent += size
        assert line.through(size, at) - began >= sent / rate * (1 - 1e-9) - 1e-9


def test_a_line_that_is_kept_busy_carries_its_rate_though_its_bytes_come_late() -> None:
    line = Line()
    line.rate = 1000.0
    left = 100.0
    for _ in range(100):
        left = line.through(100, left + 0.01)
    assert math.isclose(left, 110.0, abs_tol=0.011)


def test_a_line_that_was_idle_starts_anew() -> None:
    line = Line()
    line.rate = 1000.0
    assert line.through(1000, 50.0) == 51.0
    assert line.through(1000, 60.0) == 61.0


def test_a_line_without_a_rate_holds_everything_until_it_has_one() -> None:
    line = Line()
    line.rate = 0.0
    assert line.through(1, 50.0) == math.inf
    line.rate = 100.0
    assert line.through(100, 51.0) == 52.0


def test_who_shares_a_line_waits_for_those_before() -> None:
    line = Line()
    line.rate = 1000.0
    assert [line.through(500, 50.0), line.through(500, 50.0), line.through(500, 50.25)] == [50.5, 51.0, 51.5]
