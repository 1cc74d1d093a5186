"""What lies in a pick face, and what is asked for."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import Span, Timeline
from simulator.workloads.pick_faces import Faces, Line, Move, Wave

START = datetime(2026, 3, 8, 2)
FACE = ("A", "K1")
TIMELINE = Timeline(
    (Span("all", 0.0, 60.0, START, 60.0, True, False), Span("drain", 60.0, 63.0, START, 60.0, False, False))
)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def moves(*some: tuple[float, int]) -> list[Move]:
    """Of one face, by minute; what is negative is picked."""
    return [Move(FACE, at(minute), quantity > 0, abs(quantity)) for minute, quantity in some]


def faces(*some: tuple[float, int]) -> Faces:
    return Faces({FACE: (100, at(0))}, moves(*some))


def test_a_level_is_what_was_counted_and_every_move_since() -> None:
    found = faces((-5, 50), (0, 50), (10, -30), (20, 12), (15, -2))
    levels = [found.level(FACE, at(minute)) for minute in (-10, 9, 10, 15, 20, 99)]
    assert levels == [100, 100, 70, 68, 80, 80], "what was moved before the count is in the count"


def test_a_face_is_never_less_than_empty() -> None:
    assert faces((1, -130), (2, 40)).level(FACE, at(1)) == 0
    assert faces((1, -130), (2, 40)).range(FACE, at(0), at(3)) == (0, 100)


def test_a_range_is_of_all_levels_between_two_times_and_at_the_first() -> None:
    found = faces((10, -30), (20, 90), (30, -5))
    assert found.range(FACE, at(12), at(29)) == (70, 160)
    assert found.range(FACE, at(21), at(29)) == (160, 160)


def test_what_is_picked_is_counted_after_the_first_time_and_up_to_the_second() -> None:
    found = faces((10, -30), (20, 90), (30, -5))
    assert [found.picked(FACE, at(a), at(b)) for a, b in ((0, 10), (10, 30), (10, 29), (30, 99))] == [30, 5, 0, 0]


def lines(seed: int, short: float = 0.25) -> list[Line]:
    return Wave({"A": ["K1"]}, short).lines(seed, [n / 2 for n in range(100)], TIMELINE, faces((10, -30), (20, 90)))


@given(st.integers(0, 999))
def test_the_share_of_short_lines_is_exact(seed: int) -> None:
    stock = faces((10, -30), (20, 90))
    assert sum(line.quantity > stock.level(FACE, line.asked_at) for line in lines(seed)) == 25


def test_the_same_seed_asks_for_the_same() -> None:
    assert lines(3) == lines(3) != lines(4)


def test_a_site_is_asked_about_from_its_count_on() -> None:
    stock = Faces({("A", "K1"): (100, at(0)), ("C", "K1"): (100, at(30))}, [])
    drawn = Wave({"A": ["K1"], "C": ["K1"]}, 0.25).lines(1, [float(n) for n in range(60)], TIMELINE, stock)
    assert {line.face[0] for line in drawn if line.asked_at < at(30)} == {"A"}
    assert {line.face[0] for line in drawn if line.asked_at >= at(30)} == {"A", "C"}
