"""The grammar of what a seed decides: ranges, picks and shuffles, wherever a scenario file may have them.

    lasts: 8s..14s                              a value between the two
    lasts: {range: 8s..14s, not: incident}      one that is not near the incident's
    zone: {pick: [north, south, east]}          one of these
    zone: {pick: [a, b, c], not: incident}      one of these that the incident did not have
    - {shuffle: [{name: a, …}, {name: b, …}]}   items of a list, in a drawn order

Numbers are as fine as they are written (`3..7` gives whole ones, `4.50..6.00` cents); quantities with a unit are fine
enough that none is known beforehand. In quotes everything is text. `scenarios.draws` finds them in a file, and
`simulator.drawing` lets a seed decide.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from scenarios.problems import shown

INCIDENT = "incident"
"""The only thing that a draw may differ from."""

Kind = Literal["number", "duration", "simulated", "share", "rate", "size", "clock", "moment"]

_BETWEEN = re.compile(r"\s*\.\.\s*")
_LONGEST = 80
"""Most characters of a range."""
_NUMBER = r"-?\d{1,15}(?:\.\d{1,12})?"
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNITS: dict[str, tuple[Kind, float]] = {
    **{unit: ("duration", seconds) for unit, seconds in _SECONDS.items()},
    **{f"{unit} sim": ("simulated", seconds) for unit, seconds in _SECONDS.items() if unit != "ms"},
    "%": ("share", 1.0),
    "/s": ("rate", 1.0),
    "/m": ("rate", 1 / 60),
    **{unit: ("size", float(size)) for unit, size in (("b", 1), ("k", 2**10), ("g", 2**30))},
}
_MEBI = 2**20
_QUANTITY = re.compile(rf"({_NUMBER})\s*(ms|s|m|h|d|b|k|g|%|/\s*s|/\s*m)?(\s+sim)?")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?")
_FINE = 1000
"""About so many values a range of quantities has at least."""
_SPELT = {"/m": "/min", "m": "min", "d": "days", "s sim": "s", "m sim": "min", "h sim": "h", "d sim": "days"}
_SIZES = {"b": "bytes", "k": "KiB", "m": "MiB", "g": "GiB"}


@dataclass(frozen=True)
class Range:
    """A range: `steps + 1` values, from `low` on, `step` apart, in the unit that they are written in."""

    kind: Kind
    low: float
    step: float
    steps: int
    unit: str = ""
    decimals: int = 0
    start: datetime | None = None
    """For moments: the earliest; `low` is 0 then, and a step is in seconds."""
    dated: bool = False
    """Whether moments are written without a time of day."""

    def value(self, index: int) -> Any:
        """Return the value with that index, from 0 to `steps`, as an author would write it."""
        number = self.low + index * self.step
        if self.start is not None:
            moment = self.start + timedelta(seconds=number)
            return moment.date().isoformat() if self.dated else moment.isoformat(timespec="seconds")
        if self.kind == "clock":
            return f"{int(number) // 60:02d}:{int(number) % 60:02d}"
        if self.kind == "number":
            return round(number, self.decimals) if self.decimals else round(number)
        return _written(number, self.decimals) + self.unit

    def said(self) -> str:
        """Return the range in words: `8 to 14 s`."""
        low, high = str(self.value(0)), str(self.value(self.steps))
        unit = (_SIZES if self.kind == "size" else _SPELT).get(self.unit, self.unit)
        bare = [end.removesuffix(self.unit) if self.unit else end for end in (low, high)]
        if self.start is not None:
            bare = [end.replace("T", " ").removesuffix(":00") for end in bare]
        gap = "" if unit.startswith("/") or not unit else " "
        return f"{bare[0]} to {bare[1]}{gap}{unit}"


def parse(text: str) -> Range | None:
    """Return the range that a text is; None where it is none.

    Raises `ValueError` for two quantities that make no range, saying why.
    """
    ends = _BETWEEN.split(text.strip()) if ".." in text and len(text) <= _LONGEST else []
    if len(ends) != 2:
        return None
    if all(_CLOCK.fullmatch(end) for end in ends):
        low, high = (int(end[:2]) * 60 + int(end[3:]) for end in ends)
        return _grid(text, Range("clock", low, 1.0, high - low))
    if all(_MOMENT.fullmatch(end) for end in ends):
        return _moments(text, ends[0], ends[1])
    found = [_QUANTITY.fullmatch(end) for end in ends]
    if found[0] is None or found[1] is None:
        return None
    return _quantities(text, found[0], found[1])


def is_quantity(text: str) -> bool:
    """Whether a text is one number, quantity, date or time of day, which a range could be of."""
    return len(text) <= _LONGEST and any(kind.fullmatch(text.strip()) for kind in (_QUANTITY, _CLOCK, _MOMENT))


def _quantities(text: str, first: re.Match[str], second: re.Match[str]) -> Range:
    numbers = [float(first[1]), float(second[1])]
    units = [re.sub(r"\s+", "", one[2] or "") for one in (first, second)]
    simulated = [bool(one[3]) for one in (first, second)]
    if simulated[1] and not simulated[0] and units[0]:
        simulated[0] = True  # `20m..2h sim` says it once for both
    if bool(units[0]) != bool(units[1]):
        unit = f"{units[0] or units[1]}{' sim' * any(simulated)}"
        raise ValueError(f"{shown(text)}: both ends need the unit: {first[1]}{unit}..{second[1]}{unit}")
    if not units[0]:
        decimals = max(len(one[1].partition(".")[2]) for one in (first, second))
        step = 10.0**-decimals
        return _grid(text, Range("number", numbers[0], step, round((numbers[1] - numbers[0]) / step), "", decimals))
    table = dict(_UNITS, m=("size", float(_MEBI))) if set(units) & {"b", "k", "g"} else _UNITS
    names = [unit + " sim" * sim for unit, sim in zip(units, simulated, strict=True)]
    if any(name not in table for name in names) or len({table[name][0] for name in names}) > 1:
        raise ValueError(f"{shown(text)}: the ends are of two kinds, {names[0]} and {names[1]}")
    sizes = [table[name][1] for name in names]
    unit = names[0] if sizes[0] <= sizes[1] else names[1]
    low, high = (number * size / min(sizes) for number, size in zip(numbers, sizes, strict=True))
    return _continuous(text, table[unit][0], low, high, unit)


def _continuous(text: str, kind: Kind, low: float, high: float, unit: str) -> Range:
    if high <= low:
        raise ValueError(f"{shown(text)}: the second end must be more than the first")
    decimals = max(0, math.ceil(-math.log10((high - low) / _FINE)))
    if unit == "b":
        decimals = 0
    step = 10.0**-decimals
    return Range(kind, low, step, round((high - low) / step), unit, decimals)


def _moments(text: str, first: str, second: str) -> Range:
    try:
        low, high = datetime.fromisoformat(first), datetime.fromisoformat(second)
    except ValueError:
        raise ValueError(f"{shown(text)}: that is no date") from None
    # At the same time of day it is days that are drawn.
    step = 86400.0 if low.time() == high.time() else 60.0
    dated = "T" not in first and " " not in first and step == 86400.0
    return _grid(text, Range("moment", 0.0, step, int((high - low).total_seconds() // step), start=low, dated=dated))


def _grid(text: str, found: Range) -> Range:
    if found.steps <= 0:
        raise ValueError(f"{shown(text)}: the second end must be more than the first")
    return found


def _written(number: float, decimals: int) -> str:
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


Among = Callable[[int], int]
"""Takes a number and returns one from 0 to below it: where chance comes from."""


@dataclass(frozen=True)
class Draw:
    """One thing that a seed decides."""

    at: tuple[str | int, ...]
    """Where its value stands in the scenario; for a shuffle, the list."""
    stream: str
    """Its name among the seed's streams, by which it is drawn independently of all others."""
    text: str = ""
    """The range as it is written; empty for picks and shuffles."""
    pick: tuple[Any, ...] = ()
    """Values, one of which is drawn."""
    first: int = 0
    """For a shuffle: the place in the list of the first item."""
    count: int = 0
    """For a shuffle: how many items there are."""
    differs: bool = False
    """Whether it is to differ from what the incident drew."""

    @property
    def shuffles(self) -> bool:
        """Whether it is an order that is drawn."""
        return self.count > 0

    @property
    def between(self) -> Range | None:
        """The range, where it is one."""
        return parse(self.text) if self.text else None

    def value(self, choice: "Choice") -> Any:
        """Return what a choice stands for; for a shuffle the choice is the order."""
        found = self.between
        if found is not None:
            assert isinstance(choice, int)
            return found.value(choice)
        if self.shuffles:
            return choice
        assert isinstance(choice, int)
        return self.pick[choice]

    @property
    def middle(self) -> "Choice":
        """What stands for it where no seed has decided yet: the middle, the first, the order as written."""
        found = self.between
        return found.steps // 2 if found is not None else self.lowest

    @property
    def lowest(self) -> "Choice":
        """The choice at one end: the least, the first, the order as written."""
        return tuple(range(self.count)) if self.shuffles else 0

    @property
    def highest(self) -> "Choice":
        """The choice at the other end: the most, the last, the reverse order."""
        if self.shuffles:
            return tuple(reversed(range(self.count)))
        found = self.between
        return found.steps if found is not None else len(self.pick) - 1

    def choose(self, among: Among, incident: "Choice | None" = None) -> "Choice":
        """Return a choice; where the draw is to differ from the incident's, one that does."""
        avoided = incident if self.differs else None
        if self.shuffles:
            order = _shuffled(self.count, among)
            while order == avoided:
                order = _shuffled(self.count, among)
            return order
        found = self.between
        values = found.steps + 1 if found is not None else len(self.pick)
        if avoided is None:
            return among(values)
        assert isinstance(avoided, int)
        # Not only another value, but one that whoever knows the incident's is not right with.
        near = found.steps // 10 if found is not None else 0
        below = max(0, avoided - near)
        above = max(0, values - avoided - near - 1)
        choice = among(below + above)
        return choice if choice < below else choice - below + avoided + near + 1

    def said(self) -> str:
        """Return it in words, as a briefing does: `8 to 14 s`, `north, south or east`."""
        found = self.between
        if found is not None:
            return found.said()
        if self.shuffles:
            return f"{self.count} in an order that varies"
        words = [str(one) for one in self.pick]
        return f"{', '.join(words[:-1])} or {words[-1]}"

    def moved(self, at: tuple[str | int, ...]) -> "Draw":
        """Return the same draw of another place."""
        return replace(self, at=at)


Choice = int | tuple[int, ...]


def _shuffled(count: int, among: Among) -> tuple[int, ...]:
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = among(last + 1)
        order[last], order[other] = order[other], order[last]
    return tuple(order)
