"""Shares of a loss as people write them, and how far two tables of shares are from each other."""

import re
from collections.abc import Mapping
from typing import Any

from scenarios.problems import shown

_SHARE = re.compile(r"(\d{1,3}(?:[.,]\d{1,6})?)\s*(?:%|per\s?cent|pct)", re.IGNORECASE)
_WHOLE = re.compile(r"[01]|0?\.\d{1,6}|1\.0{1,6}")
_LONGEST = 30


def parse(value: Any) -> float:
    """Return the share, from 0 to 1, in `65 %`, `65%`, `65 per cent` or `0.65`. Raises `ValueError` otherwise."""
    text = str(value)[:_LONGEST].strip()
    if found := _SHARE.fullmatch(text):
        number = float(found[1].replace(",", ".")) / 100
    elif _WHOLE.fullmatch(text) and not isinstance(value, bool):
        number = float(text)
    else:
        raise ValueError(f"{shown(value)} is not a share such as 65 %")
    if number > 1:
        raise ValueError(f"{shown(value)} is more than 100 %")
    return number


def distance(claimed: Mapping[str, float], true: Mapping[str, float]) -> float:
    """Return which share of the loss is put where it does not belong: 0 when all is right, 1 when nothing is.

    What is claimed of nothing, or beyond the whole, counts as put to a cause of its own. So it is half the sum of all
    differences, as between two distributions: symmetric, and never more than the way round by a third table.
    """
    names = claimed.keys() | true.keys()
    rest = sum(true.values()) - sum(claimed.values())
    return (sum(abs(claimed.get(name, 0.0) - true.get(name, 0.0)) for name in names) + abs(rest)) / 2
