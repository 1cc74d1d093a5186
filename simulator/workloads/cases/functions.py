"""What expressions can compute, of one case at a time: operators that heed nulls, and functions by name."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_CENT = Decimal("0.01")
_NOISE = 8
"""Decimal places beyond which a product of decimal fractions differs only because it was computed in binary."""
_FARTHEST = 4_000
"""Most working days from a day."""

TypeCode = str
"""`N` a number, `B` true or false, `S` text, `T` a time or date, `A` anything."""


def cents(value: float) -> float:
    """Return an amount to the cent, halves away from zero, as an invoice does."""
    return float(Decimal(str(round(value, _NOISE))).quantize(_CENT, ROUND_HALF_UP))


def plus(a: Any, b: Any) -> Any:
    """Return a sum; of a time and seconds a time."""
    return a + timedelta(seconds=b) if isinstance(a, date) else a + b


def minus(a: Any, b: Any) -> Any:
    """Return a difference; of two times in seconds, of a time and seconds a time."""
    if isinstance(a, date):
        return (a - b).total_seconds() if isinstance(b, date) else a - timedelta(seconds=b)
    return a - b


def working_day(day: date, after: float) -> date:
    """Return the day that many working days (Monday to Friday) after `day`. Raises `ValueError` when that is far."""
    if not 0 <= after <= _FARTHEST:
        raise ValueError("too far")
    for _ in range(int(after)):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


def moments(since: Any, until: Any, *series: tuple[Any, Any]) -> list[Any]:
    """Return the times from `since` to `until` at which one of these series, each with its key, may be another.

    The first is `since` itself; there is none when a time is null.
    """
    if since is None or until is None:
        return []
    changes = {time for one, key in series for time in one.changes(key, since, until)}
    return [since, *sorted(changes)]


def _null(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same, which is null where an operand is."""

    def heeding(*values: Any) -> Any:
        return None if None in values else function(*values)

    return heeding


def _holds(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Return the same, which does not hold where an operand is null."""

    def heeding(a: Any, b: Any) -> bool:
        return a is not None and b is not None and compare(a, b)

    return heeding


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _whole(function: Callable[[float], float]) -> Callable[[float], int]:
    return lambda value: int(function(value))


RUNTIME: dict[str, Any] = {
    "_add": _null(plus), "_sub": _null(minus), "_mul": _null(lambda a, b: a * b),
    "_div": _null(lambda a, b: a / b if b else None), "_floordiv": _null(lambda a, b: a // b if b else None),
    "_mod": _null(lambda a, b: a % b if b else None), "_not": lambda a: a is not None and not a,
    "_eq": _holds(lambda a, b: a == b), "_ne": _holds(lambda a, b: a != b), "_lt": _holds(lambda a, b: a < b),
    "_le": _holds(lambda a, b: a <= b), "_gt": _holds(lambda a, b: a > b), "_ge": _holds(lambda a, b: a >= b),
    "_sum": sum, "_any": any, "_all": all, "_len": len, "_min": min, "_max": max,
    "_join": lambda texts, by: by.join(texts), "_text": str, "_moment": datetime.fromisoformat,
    "abs": _null(abs), "cents": _null(cents), "maximum": _null(max), "minimum": _null(min),
    "round": _null(round), "floor": _null(_whole(math.floor)), "sqrt": _null(math.sqrt), "log": _null(math.log),
    "exp": _null(math.exp), "hour": _null(lambda t: t.hour), "weekday": _null(lambda t: t.weekday()),
    "day": _null(_day), "working_day": _null(working_day), "where": lambda c, a, b: a if c else b,
    "length": _null(len), "has": _null(lambda text, part: part in text),
    "level": lambda s, key, t: s.level(key, t), "least": lambda s, key, a, b: s.least(key, a, b),
    "most": lambda s, key, a, b: s.most(key, a, b), "moved": lambda s, key, a, b: s.moved(key, a, b),
    "_moments": moments,
}  # fmt: skip
"""What compiled expressions call, by name; names that begin with `_` cannot be written."""

FUNCTIONS: dict[str, tuple[TypeCode, str]] = {
    "abs": ("N", "N"), "cents": ("N", "real"), "maximum": ("NN", "N"), "minimum": ("NN", "N"),
    "round": ("N", "integer"), "floor": ("N", "integer"), "sqrt": ("N", "real"), "log": ("N", "real"),
    "exp": ("N", "real"),
    "hour": ("T", "integer"), "weekday": ("T", "integer"), "day": ("T", "date"), "working_day": ("TN", "date"),
    "where": ("BAA", "A"), "length": ("S", "integer"), "has": ("SS", "boolean"),
}  # fmt: skip
"""By name the types that it takes and gives; `N` and `A` give the type of what they take."""

PARTIAL = frozenset({"sqrt", "log", "exp", "floor", "round", "working_day", "cents", "where"})
"""Functions that cannot be computed of every value of their type (`where`: takes its second and third value's)."""

UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0}
OVER_LISTS = {"sum": "_sum", "any": "_any", "all": "_all", "count": "_len", "least_of": "_min", "most_of": "_max"}
OVER_SERIES = {"level": 1, "least": 2, "most": 2, "moved": 2}
"""Functions of a series, each with the number of times that it takes."""

OVER_TIME = {"ever": "_any", "always": "_all"}
"""Functions of two times and a condition, which hold if it holds at some time between them, or all the time."""

WORDS = sorted({*FUNCTIONS, *UNITS, *OVER_LISTS, *OVER_SERIES, *OVER_TIME, "join", "now"})
