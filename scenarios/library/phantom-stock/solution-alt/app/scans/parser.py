"""Sorts the rows of a file: new, known already, or for the floor to clear up."""

import csv
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from app.scans.dialects import Dialect


class Key(NamedTuple):
    """What a scan is known by, whenever and in whatever file it comes."""

    site: str
    device: str
    seq: str
    day: str
    """Numbers begin again with every shift, which is of one day by WMS time."""


@dataclass(frozen=True)
class Scan:
    """In eaches and UTC."""

    key: Key
    sku: str
    bin: str
    movement: str
    qty: int
    at: datetime


@dataclass(frozen=True)
class Goods:
    """Master data."""

    each: dict[str, int]
    """By SKU: eaches in what has the label."""
    bins: frozenset[tuple[str, str]]

    def problem(self, site: str, row: dict[str, str]) -> str | None:
        """What is wrong with a row; None: nothing."""
        if row["sku"] not in self.each:
            return "SKU-UNKNOWN"
        if (site, row["bin"]) not in self.bins:
            return "BIN-UNKNOWN"
        if row["movement"] not in ("pick", "receipt"):
            return "OTHER"
        if row["qty"] == "":
            return "QTY-MISSING"
        if row["qty"] == "9999":
            return "QTY-LATER"
        if not row["qty"].isdigit() or row["qty"] == "0":
            return "OTHER"
        return None


@dataclass
class Sorted:
    """All rows of a file."""

    new: list[Scan] = field(default_factory=list)
    bad: list[tuple[Key, datetime | None, str, str]] = field(default_factory=list)
    """Key, time, row, reason."""
    known: int = 0

    @property
    def received(self) -> int:
        """How many there were."""
        return len(self.new) + len(self.bad) + self.known


def whole(data: bytes) -> list[bytes] | None:
    """The lines of a file without its trailer; None while that is not there."""
    lines = data.splitlines()
    good = bool(lines) and lines[-1] == b"#END;%d" % (len(lines) - 2)
    return lines[:-1] if good else None


def sort(site: str, lines: list[bytes], how: Dialect, goods: Goods, known: Container[Key]) -> Sorted:
    """Sort the rows; `known` are the keys of what was booked or held back before."""
    texts = [how.text(line) for line in lines]
    found, seen = Sorted(), set[Key]()
    for raw, row in zip(texts[1:], csv.DictReader(texts, delimiter=how.comma), strict=True):
        values = {name: (value or "").strip() for name, value in row.items() if name}
        at = _time(values, how)
        key = Key(site, values.get("device", ""), values.get("seq", ""), str(at and at.date()))
        if key in known or key in seen:
            found.known += 1
            continue
        seen.add(key)
        problem = _problem(values, at, site, goods)
        if problem is not None or at is None:
            found.bad.append((key, at, raw, problem or "TIME-UNREADABLE"))
        else:
            qty = int(values["qty"]) * goods.each[values["sku"]]
            found.new.append(Scan(key, values["sku"], values["bin"], values["movement"], qty, at))
    return found


def _time(row: dict[str, str], how: Dialect) -> datetime | None:
    try:
        return how.utc(row["scanned_at"])
    except (KeyError, ValueError):
        return None


def _problem(row: dict[str, str], at: datetime | None, site: str, goods: Goods) -> str | None:
    try:
        return goods.problem(site, row) or (None if at else "TIME-UNREADABLE")
    except KeyError:
        return "OTHER"
