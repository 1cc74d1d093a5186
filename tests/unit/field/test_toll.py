"""Work for a deployment's bytes is paid off at a share of a core, and no time in which it is owed counts twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.field.toll import BURST_S, SHARE, Toll

WORK = st.lists(st.tuples(st.floats(0, 5), st.floats(0, 1)), max_size=40)
"""Wall seconds that pass, and seconds of work that are done then."""


class Hands:
    """Two clocks that a test moves."""

    wall = 0.0
    cpu = 0.0

    def toll(self) -> Toll:
        return Toll(lambda: self.wall, lambda: self.cpu)


@given(WORK)
def test_whoever_waits_as_told_owes_no_more_than_may_be_owed(deeds: list[tuple[float, float]]) -> None:
    hands = Hands()
    toll = hands.toll()
    for passes, seconds in deeds:
        hands.wall += passes
        toll.charge(seconds)
        hands.wall += toll.wait() + 1e-9
        assert toll.wait() == 0


@given(WORK)
def test_who_waits_gets_a_share_of_a_core_and_a_breath_at_most(deeds: list[tuple[float, float]]) -> None:
    hands = Hands()
    toll = hands.toll()
    done = largest = 0.0
    for passes, seconds in deeds:
        hands.wall += passes + toll.wait()
        toll.charge(seconds)
        done, largest = done + seconds, max(largest, seconds)
        assert done <= hands.wall * SHARE + BURST_S + largest + 1e-6


@given(WORK)
def test_time_in_which_too_much_is_owed_counts_once(deeds: list[tuple[float, float]]) -> None:
    hands = Hands()
    toll = hands.toll()
    for passes, seconds in deeds:
        hands.wall += passes
        toll.charge(seconds)
    assert 0 <= toll.over <= hands.wall + toll.wait() + 1e-6


def test_what_is_measured_is_charged_and_what_little_is_done_is_free() -> None:
    hands = Hands()
    toll = hands.toll()
    with toll.work():
        hands.cpu += BURST_S
    assert (toll.wait(), toll.over) == (0, 0)
    with toll.work():
        hands.cpu += SHARE
    assert toll.wait() == pytest.approx(1.0)
    assert toll.over == pytest.approx(1.0)
