"""Seats, a queue, and customers who leave it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.parts.service_desk.floor import Case, Floor


def case(came: float, handling: float = 60, patience: float = 1e9, name: str = "C") -> Case:
    return Case("T", name, came, handling, patience, {}, ())


def floor(seats: int) -> tuple[Floor, list[Case]]:
    over: list[Case] = []
    return Floor(seats, over.append), over


def test_a_free_agent_takes_a_case_at_once() -> None:
    desk, over = floor(1)
    desk.add(case(0))
    assert [(c.outcome, c.waited) for c in over] == [("taken", 0)]
    assert (desk.busy, desk.queue) == (1, 0)


def test_who_comes_first_comes_first_and_waits_for_the_first_who_is_free() -> None:
    desk, over = floor(2)
    for name, came, handling in (("a", 0, 100), ("b", 0, 60), ("c", 10, 5), ("d", 20, 5)):
        desk.add(case(came, handling, name=name))
    desk.advance(1000)
    assert [(c.chat, c.waited, c.queue) for c in over] == [("a", 0, 0), ("b", 0, 0), ("c", 50, 0), ("d", 45, 1)]
    assert desk.busy == 0


def test_a_customer_leaves_when_patience_ends_and_nobody_is_busy_with_it() -> None:
    desk, over = floor(1)
    desk.add(case(0, 100))
    desk.add(case(0, 100, patience=30, name="gone"))
    desk.add(case(0, 100, name="stays"))
    desk.advance(100)
    assert [(c.chat, c.outcome, c.waited) for c in over[1:]] == [("gone", "left", 30), ("stays", "taken", 100)]


def test_whose_seat_is_taken_away_finishes_the_case() -> None:
    desk, over = floor(2)
    desk.add(case(0, 100))
    desk.add(case(0, 50))
    desk.staff(1, 10)
    desk.add(case(20, 1, name="waits"))
    assert (desk.busy, desk.queue) == (2, 1)
    desk.advance(60)
    assert (desk.busy, desk.queue) == (1, 1)
    desk.advance(101)
    assert (over[-1].chat, over[-1].waited) == ("waits", 80)


def test_more_seats_take_who_waits() -> None:
    desk, over = floor(0)
    desk.add(case(0))
    desk.staff(1, 30)
    assert over[0].waited == 30


def test_who_still_waits_at_the_end_has_waited_until_then() -> None:
    desk, over = floor(0)
    desk.add(case(10))
    desk.close(70)
    assert [(c.outcome, c.waited) for c in over] == [("waiting", 60)]


@settings(deadline=None)
@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.floats(0, 30), st.floats(1, 90)), min_size=1, max_size=25),
)
def test_the_wait_that_is_told_is_the_wait_that_comes(seats: int, gaps: list[tuple[float, float]]) -> None:
    desk, over = floor(seats)
    now, told = 0.0, []
    for gap, handling in gaps:
        now += gap
        desk.advance(now)
        told.append(desk.wait())
        desk.add(case(now, handling))
        assert desk.busy <= seats
    desk.advance(now + 1e6)
    assert [c.waited for c in over] == pytest.approx(told, abs=1e-6)
