"""The nightly order file: fixed width, 80 characters a line (docs/erp-interface.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ENCODING = "iso-8859-1"
WIDTH = 80


@dataclass(frozen=True)
class Line:
    """One purchase order."""

    reference: str
    order: str
    article: str
    quantity: int
    day: date


def render(lines: Sequence[Line], day: date) -> bytes:
    """The whole file, dated `day`."""
    header = f"01{'HALDEN':<8}{day:%d%m%Y}"
    trailer = f"99{len(lines):08d}"
    rows = [header, *map(_row, lines), trailer]
    return "".join(f"{row:<{WIDTH}}\n" for row in rows).encode(ENCODING)


def _row(line: Line) -> str:
    # Two decimals are implied, so 120 pieces are 12000.
    quantity = f"{line.quantity * 100:012d}"
    return f"10{line.reference:<20}{line.article:<12}{quantity}{line.day:%d%m%Y}{line.order:<20}"
