"""Convert whole columns to text: one call for a column of one type, and not one for each cell."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

SECONDS = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Style:
    """How values are written. Numbers are written as Python does."""

    missing: str
    """Written for None and NaN."""
    text: Callable[[str], str] | None = None
    """Converts a text; None: it stays the same."""
    decimal: str = "."
    times: str | None = None
    """A format of strftime; None: ISO 8601, with a blank."""


def texts(values: Sequence[Any], style: Style) -> list[str]:
    """Return each value as text."""
    kinds = set(map(type, values)) - {type(None)}
    if len(kinds) == 1 and (found := _dumped(kinds.pop(), values, style)) is not None:
        return found
    return [_one(value, style) for value in values]


def _one(value: Any, style: Style) -> str:
    if isinstance(value, str):
        return style.text(value) if style.text else value
    if value is None or value != value:
        return style.missing
    if isinstance(value, float):
        return repr(value).replace(".", style.decimal)
    if isinstance(value, date) and style.times is not None:
        return value.strftime(style.times)
    return str(value)


def _dumped(kind: type, values: Sequence[Any], style: Style) -> list[str] | None:
    """Return a column of one type and None the fast way; None when it would be written differently."""
    if kind is str and style.text is None:
        return list(values) if None not in values else [style.missing if v is None else v for v in values]
    if kind in (int, bool):
        return [style.missing if value is None else str(value) for value in values]
    # A sum is not finite if one of its terms is not, and such numbers are none in JSON.
    if kind is float and not math.isfinite(sum(filter(None, values))):
        return None
    if kind is not float and not (kind is datetime and style.times in (None, SECONDS)):
        return None
    option = orjson.OPT_OMIT_MICROSECONDS if style.times == SECONDS else None
    text = orjson.dumps(values, option=option).decode()[1:-1]
    if kind is datetime:
        found = text.replace('"', "").replace("T", " ").split(",")
    elif "e" in text or "0.0000" in text:
        # Python writes large and small numbers in its own way: from under 0.0001 on with an exponent.
        return None
    else:
        found = text.replace(",", "\n").replace(".", style.decimal).split("\n")
    return [style.missing if one == "null" else one for one in found] if "null" in text else found
