"""A lap's course as lanes of text over one time axis: column for column the same moment. Pure.

What is drawn has a shape of its own in each lane, so that none needs its colour to be told from another.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labs.tui.spark import spark
from labs.world.live.phrasing import amount, span

if TYPE_CHECKING:
    from labs.exam.timeline import Held, LapTimeline, Note
    from simulator.clock import Span

LABEL, VALUE = 12, 10
"""Columns of a lane's name and of its number."""
ON, GRADED, UNGRADED, NOTHING = "━", "━", "┄", " "
HOUR = 6
"""Columns that a time of day takes, with a gap."""


@dataclass(frozen=True)
class Lane:
    """One line of the time line."""

    name: str
    cells: str
    """One character a column."""
    colours: tuple[str, ...]
    """One a column."""
    value: str = ""
    """A number for all of it: a sum, or the most."""


class Axis:
    """`width` columns over the stretches of a course."""

    def __init__(self, course: "LapTimeline", width: int) -> None:
        self.course = course
        self.width = max(1, width)

    def at(self, column: int) -> float:
        """Wall second at which a column begins."""
        return column * self.course.ends / self.width

    def column(self, at: float) -> int:
        """Return the column that a wall second falls into."""
        return max(0, min(self.width - 1, int(at / self.course.ends * self.width)))

    def stretches(self, column: int) -> slice:
        """Those that a column stands for: one at least."""
        count = len(self.course.due)
        first = column * count // self.width
        return slice(first, max(first + 1, (column + 1) * count // self.width))

    def each(self, of: Callable[[slice], float | None]) -> list[float | None]:
        """Return a value a column."""
        return [of(self.stretches(column)) for column in range(self.width)]


def lanes(axis: Axis) -> list[Lane]:
    """All of them, from what happened to the customer's systems to what it cost."""
    course = axis.course
    return [
        *_phases(axis),
        *(_held(axis, held) for held in course.held),
        *_notes(axis),
        *_traffic(axis),
        *_money(axis),
    ]


def _lane(name: str, cells: str, colour: str, value: str = "") -> Lane:
    return Lane(name, cells, (colour,) * len(cells), value)


def _phases(axis: Axis) -> Iterator[Lane]:
    names, hours = "", ""
    colours: list[str] = []
    edges = [*(axis.column(span.begins) for span in axis.course.spans), axis.width]
    for one, left, right in zip(axis.course.spans, edges, edges[1:], strict=False):
        room = right - left
        names += _fit(("⚑" if one.shift else "") + one.name, room, GRADED if one.graded else UNGRADED)
        hours += f"{one.sim_begins:%H:%M}".ljust(room) if room >= HOUR else " " * room
        colours += ["$accent" if one.graded else "$dim"] * room
    yield Lane("phase", names, tuple(colours))
    yield _lane("clock", hours, "$dim")


def _fit(text: str, room: int, rule: str) -> str:
    """Return a phase's name on its rule, cut with an ellipsis where it is longer, and a gap after it."""
    shown = text if len(text) + 2 <= room else f"{text[: room - 3]}…" if room > 3 else ""
    return ((rule + shown).ljust(max(0, room - 1), rule) + NOTHING)[:room]


def _held(axis: Axis, held: "Held") -> Lane:
    on = [False] * axis.width
    for begins, ends in held.during:
        first = axis.column(begins)
        last = axis.width if ends >= axis.course.ends else max(first + 1, axis.column(ends))
        on[first:last] = [True] * (last - first)
    cells = [ON if one else NOTHING for one in on]
    if held.strikes is None:
        return _lane(held.name, "".join(cells), "$warning", held.says)
    strikes = held.strikes
    struck = axis.each(lambda stretch: sum(strikes[stretch]) or None)
    drawn = spark(struck, axis.width)
    cells = [block if times else cell for block, times, cell in zip(drawn, struck, cells, strict=True)]
    return _lane(held.name, "".join(cells), "$error", f"↯ {sum(strikes)}")


def _notes(axis: Axis) -> Iterator[Lane]:
    if not axis.course.notes:
        return
    cells = [NOTHING] * axis.width
    for note in axis.course.notes:
        cells[axis.column(note.at)] = note.glyph
    yield _lane("news", "".join(cells), "$primary")


def _traffic(axis: Axis) -> Iterator[Lane]:
    course = axis.course

    def rate(stretch: slice) -> float | None:
        due = course.due[stretch]
        return sum(due) / (len(due) * course.width) or None

    def share(of: Sequence[int]) -> Callable[[slice], float | None]:
        return lambda stretch: sum(of[stretch]) / sum(course.due[stretch]) if sum(course.due[stretch]) else None

    def slowest(stretch: slice) -> float | None:
        return max((taken for taken in course.slowest[stretch] if taken is not None), default=None)

    most = max((taken for taken in course.slowest if taken is not None), default=None)
    rates = axis.each(rate)
    yield _lane("requests", spark(rates, axis.width), "$primary", f"{max((r or 0.0 for r in rates), default=0):.0f}/s")
    yield _lane("failed", spark(axis.each(share(course.failed)), axis.width, 1.0), "$error",
                f"{sum(course.failed):,}")  # fmt: skip
    yield _lane("wrong", spark(axis.each(share(course.wrong)), axis.width, 1.0), "$warning", f"{sum(course.wrong):,}")
    yield _lane("slowest", spark(axis.each(slowest), axis.width), "$secondary", span(most))


def _money(axis: Axis) -> Iterator[Lane]:
    course = axis.course
    so_far, sums = 0.0, []
    for booked in course.lost:
        so_far += booked
        sums.append(so_far)
    booked_in = axis.each(lambda stretch: -sum(course.lost[stretch]) or None)
    until = axis.each(lambda stretch: -sums[stretch][-1])
    yield _lane("loss", spark(booked_in, axis.width), "$accent", course.currency)
    yield _lane("so far", spark(until, axis.width), "$accent", amount(so_far))


@dataclass(frozen=True)
class Moment:
    """What was at one column, in words."""

    where: str
    traffic: str
    money: str
    on: tuple[str, ...]
    """What made it harder then."""
    news: tuple[str, ...]
    """What happened since the phase began, the newest first."""


def moment(axis: Axis, column: int) -> Moment:
    """Return the numbers under a column."""
    course, stretch = axis.course, axis.stretches(column)
    until = axis.at(column + 1)
    at = (axis.at(column) + until) / 2
    one = phase(course, at)
    due, failed, wrong = (sum(row[stretch]) for row in (course.due, course.failed, course.wrong))
    slow = max((taken for taken in course.slowest[stretch] if taken is not None), default=None)
    booked = sum(course.lost[stretch])
    return Moment(
        where=f"{one.sim(at):%a %H:%M}  {one.name}{'' if one.graded else ', not graded'}"
        f"{', the requirement changed' if one.shift else ''}  {at:.1f} s",
        traffic=f"{due} due, {failed} failed, {wrong} wrong, slowest {span(slow)}",
        money=f"{amount(booked)} {course.currency}, {amount(sum(course.lost[: stretch.stop]))} so far",
        on=tuple(_on(held, stretch) for held in course.held if _is_on(held, at, stretch)),
        news=tuple(_news(note) for note in reversed(course.notes) if one.begins <= note.at <= until),
    )


def phase(course: "LapTimeline", at: float) -> "Span":
    """Return the phase at a wall second; after the end, the last one."""
    return next((one for one in course.spans if at < one.ends), course.spans[-1])


def _is_on(held: "Held", at: float, stretch: slice) -> bool:
    struck = held.strikes is not None and sum(held.strikes[stretch]) > 0
    return struck or any(begins <= at < ends for begins, ends in held.during)


def _on(held: "Held", stretch: slice) -> str:
    struck = "" if held.strikes is None else f", struck {sum(held.strikes[stretch])}"
    return f"{held.name}: {held.says or 'on'}{struck}"


def _news(note: "Note") -> str:
    return f"{note.glyph} {note.says}"
