"""Ranges, picks and shuffles: what they are written like, and what can stand for them."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.ranges import Draw, parse
from scenarios.units import rate, share, simulated, size, wall

READ = {"s": wall, "ms": wall, "m": wall, "%": share, "/s": rate, "m sim": simulated, "h sim": simulated, "k": size}


@pytest.mark.parametrize(
    ("text", "ends", "said"),
    [
        ("8s..14s", ("8s", "14s"), "8 to 14 s"),
        ("250ms..2s", ("250ms", "2000ms"), "250 to 2000 ms"),
        ("20m..2h sim", ("20m sim", "120m sim"), "20 to 120 min"),
        ("5/s..9/s", ("5/s", "9/s"), "5 to 9/s"),
        ("2%..5.5%", ("2%", "5.5%"), "2 to 5.5 %"),
        ("128m..1g", ("128m", "1024m"), "128 to 1024 MiB"),
        ("3..7", (3, 7), "3 to 7"),
        ("-3 .. 7", (-3, 7), "-3 to 7"),
        ("4.50..6.00", (4.5, 6.0), "4.5 to 6.0"),
        ("01:10..02:30", ("01:10", "02:30"), "01:10 to 02:30"),
        ("2026-03-02..2026-03-20", ("2026-03-02", "2026-03-20"), "2026-03-02 to 2026-03-20"),
        ("2026-03-02T08:00..2026-03-03T20:15", ("2026-03-02T08:00:00", "2026-03-03T20:15:00"),
         "2026-03-02 08:00 to 2026-03-03 20:15"),
    ],
)  # fmt: skip
def test_a_range_has_two_ends_and_says_so(text: str, ends: tuple[object, object], said: str) -> None:
    found = parse(text)
    assert found is not None
    assert (found.value(0), found.value(found.steps)) == ends
    assert found.said() == said


@pytest.mark.parametrize("text", ["", "..", "8s", "../data", "a..b", "wait..then", "1..2..3", "v1.0..v1.2", "8s..x"])
def test_other_text_is_no_range(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("14s..8s", "the second end must be more than the first"),
        ("7..7", "the second end must be more than the first"),
        ("8..14s", "both ends need the unit: 8s..14s"),
        ("8s..14%", "the ends are of two kinds, s and %"),
        ("8s sim..14s", "the ends are of two kinds, s sim and s"),
        ("02:30..01:10", "the second end must be more than the first"),
        ("2026-02-31..2026-03-20", "that is no date"),
    ],
)
def test_a_range_with_a_mistake_says_which(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"{re.escape(why)}$"):
        parse(text)


@given(st.integers(1, 500), st.integers(1, 500), st.sampled_from(sorted(READ)), st.integers(0))
def test_every_value_reads_as_a_quantity_between_the_ends(low: int, more: int, unit: str, seed: int) -> None:
    low, high = (min(low, 40), min(low, 40) + min(more, 50)) if unit == "%" else (low, low + more)
    found = parse(f"{low}{unit}..{high}{unit}")
    assert found is not None
    value = READ[unit](found.value(random.Random(seed).randrange(found.steps + 1)))
    assert READ[unit](f"{low}{unit}") <= value <= READ[unit](f"{high}{unit}")


def test_moments_with_the_same_time_of_day_differ_by_whole_days() -> None:
    found = parse("2026-03-02T08:30..2026-03-05T08:30")
    assert found is not None
    assert [found.value(n) for n in range(found.steps + 1)] == [f"2026-03-0{day}T08:30:00" for day in (2, 3, 4, 5)]


DIFFERING = st.sampled_from([
    Draw(("a",), "a", text="8s..14s", differs=True),
    Draw(("a",), "a", text="3..7", differs=True),
    Draw(("a",), "a", text="100..10000", differs=True),
    Draw(("a",), "a", pick=("x", "y", "z"), differs=True),
    Draw(("a",), "a", count=3, differs=True),
])  # fmt: skip


@given(DIFFERING, st.integers(0), st.integers(0))
def test_what_differs_from_the_incident_is_not_near_it(draw: Draw, first: int, second: int) -> None:
    incident = draw.choose(random.Random(first).randrange)
    choice = draw.choose(random.Random(second).randrange, incident)
    assert choice != incident
    if draw.between is not None:
        assert isinstance(choice, int)
        assert isinstance(incident, int)
        assert 0 <= choice <= draw.between.steps
        assert abs(choice - incident) > draw.between.steps // 10


@given(DIFFERING)
def test_everything_that_can_be_drawn_is_drawn(draw: Draw) -> None:
    if draw.between is None or draw.between.steps < 10:
        incident = draw.lowest
        seen = {draw.choose(random.Random(n).randrange, incident) for n in range(400)}
        whole = {draw.choose(random.Random(n).randrange) for n in range(400)}
        assert seen == whole - {incident}


def test_a_draw_is_said_in_words() -> None:
    assert Draw((), "", pick=("north", "south", 3)).said() == "north, south or 3"
    assert Draw((), "", count=3).said() == "3 in an order that varies"
