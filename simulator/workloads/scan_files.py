"""Which delivered scan a row of the customer's database speaks of: that of a device and number in a file. Pure.

A running number alone says nothing, since numbers begin again; a file has each once, or again for the same scan. What
names no file that was delivered, or nothing that is in it, speaks of nobody's scan.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator import gate
from simulator.workloads.scan_audit import Id, Key, Scan, same

Row = Mapping[str, Any]


@dataclass
class Spoken:
    """Rows of one table of the database, by what they speak of."""

    by_scan: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    by_file: Counter[str] = field(default_factory=Counter)
    """How many rows name each file, and a scan in it."""
    nobodys: list[Row] = field(default_factory=list)


class Files:
    """The scans in each delivered file, by the file's name."""

    def __init__(self) -> None:
        self._scans: dict[str, dict[Id, list[Scan]]] = {}
        self._rows: dict[str, Counter[Key]] = {}

    def add(self, name: str, rows: Iterable[Scan]) -> None:
        """Take a file into account, row by row."""
        scans: dict[Id, list[Scan]] = defaultdict(list)
        counts: Counter[Key] = Counter()
        for scan in rows:
            if scan.key not in counts:
                scans[scan.id].append(scan)
            counts[scan.key] += 1
        self._scans[name], self._rows[name] = scans, counts

    def spoken(self, told: Iterable[Row]) -> Spoken:
        """Return rows of the database by the scans that they speak of."""
        found = Spoken()
        for row in told:
            scan = self._scan(row)
            if scan is None:
                found.nobodys.append(row)
            else:
                found.by_scan[scan.key].append(row)
                found.by_file[str(row["file"])] += 1
        return found

    def unaccounted(self, name: str, *known: Mapping[Key, Any]) -> int:
        """Return how many rows of a file are of scans that are in none of the tables `known`."""
        return sum(count for key, count in self._rows[name].items() if not any(key in table for table in known))

    def _scan(self, row: Row) -> Scan | None:
        name = str(row["site"]), str(row["device"]), str(row["seq"])
        some = self._scans.get(str(row["file"]), {}).get(name, ())
        if len(some) < 2:
            return some[0] if some else None
        return next((scan for scan in some if same(row.get("scanned_at"), scan.clean["scanned_at"])), some[0])


@dataclass(frozen=True)
class Account:
    """What became of the rows of one file, as the database has it and as it is."""

    booked: int
    held: int
    known: int
    """Rows that were known already: whatever is neither booked nor held by this file, and is by some."""
    received: int | None
    """As the intake book has it, as are duplicates; None: the file is not in it, or not once."""
    duplicates: int | None
    accounted: int
    """Rows of which the intake book says rightly what became of them."""


def account(rows: int, booked: int, held: int, missing: int, intake: Sequence[Row]) -> Account:
    """Return what became of a file with so many rows, of which so many are `missing` from all of the database."""
    known = max(rows - booked - held - missing, 0)
    if len(intake) != 1:
        return Account(booked, held, known, None, None, 0)
    said = {name: gate.count(intake[0].get(name)) for name in ("received", "loaded", "quarantined", "duplicates")}
    twice = said["duplicates"]
    right = (said["received"], said["loaded"], said["quarantined"]) == (rows, booked, held) and twice is not None
    accounted = max(rows - missing - abs(known - twice), 0) if right and twice is not None else 0
    return Account(booked, held, known, said["received"], twice, accounted)
