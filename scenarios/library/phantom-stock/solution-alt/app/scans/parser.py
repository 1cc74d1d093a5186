"""Sorts the rows of a file: new, known already, or for the floor to clear up."""

import csv
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from app.scans.dialects import Dublin


class Key(NamedTuple):
    """What a scan is known by, whenever and in whatever file it comes."""

    site: str
    device: str
    seq: str


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
            return f"no such SKU: {row['sku']}"
        if (site, row["bin"]) not in self.bins:
            return f"no such bin in {site}: {row['bin']}"
        if row["movement"] not in ("pick", "receipt"):
            return f"no such movement: {row['movement']}"
        if row["qty"] == "":
            return "no quantity"
        if row["qty"] == "9999":
            return "9999: to be counted later"
        if not row["qty"].isdigit() or row["qty"] == "0":
            return f"no quantity: {row['qty']}"
        return None


@dataclass
class Sorted:
    """All rows of a file."""

    new: list[Scan] = field(default_factory=list)
    bad: list[tuple[Key, str, str]] = field(default_factory=list)
    """Key, row, reason."""
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


def sort(site: str, lines: list[bytes], how: Dublin, goods: Goods, known: Container[Key]) -> Sorted:
    """Sort the rows; `known` are the keys of what was booked or held back before."""
    texts = [how.text(line) for line in lines]
    found, seen = Sorted(), set[Key]()
    for raw, row in zip(texts[1:], csv.DictReader(texts, delimiter=how.comma), strict=True):
        values = {name: (value or "").strip() for name, value in row.items() if name}
        key = Key(site, values.get("device", ""), values.get("seq", ""))
        if key in known or key in seen:
            found.known += 1
            continue
        seen.add(key)
        scan = _scan(key, values, how, goods)
        if isinstance(scan, str):
            found.bad.append((key, raw, scan))
        else:
            found.new.append(scan)
    return found


def _scan(key: Key, row: dict[str, str], how: Dublin, goods: Goods) -> Scan | str:
    try:
        problem = goods.problem(key.site, row)
        if problem is not None:
            return problem
        at = how.utc(row["scanned_at"])
        return Scan(key, row["sku"], row["bin"], row["movement"], int(row["qty"]) * goods.each[row["sku"]], at)
    except KeyError as error:
        return f"column {error} is missing"
    except ValueError:
        return f"no time: {row['scanned_at']}"
