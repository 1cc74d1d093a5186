"""Compare every delivered scan with the clean data, cell by cell. Pure.

A scan is identified by site, device and number, which dirt never changes. A cell that differs from the clean one can be
repaired when its kind of dirt loses nothing (a unit, an encoding, a zone); missing, placeholder and misspelt values
cannot, and their rows belong in quarantine.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from simulator.dirt.render import readable

if TYPE_CHECKING:
    from simulator.dirt import Dataset

Id = tuple[str, str, str]
"""Site, device, number."""
Verdict = Literal["lost", "doubled", "wrong", "invented", "held-back"]

CELLS = ("sku", "bin", "qty", "scanned_at")
HOPELESS = frozenset({"missing", "sentinel", "typo"})
"""Kinds of dirt that destroy the original value."""
_SAME = timedelta(seconds=90)
"""Devices send again within this time, with the time of sending: either time is right."""


@dataclass(frozen=True)
class Scan:
    """One scan as it was meant, and as it was delivered."""

    id: Id
    number: int
    """Its first delivered row."""
    clean: Mapping[str, Any]
    dirty: Mapping[str, Any]
    """Cells that differ, by column."""
    hopeless: bool
    receipt: bool = False
    """Whether it puts something into the face; else it takes something out."""

    def effect(self, verdict: Verdict, column: str | None, booked: Any, counted_at: datetime) -> int | None:
        """Return by how many eaches the books are too high because of what is wrong with it; None: nobody can tell.

        Before the face was counted a scan has no effect, and a scan that is booked as of then, or as of another day,
        is left out when stock is added up.
        """
        way, quantity, at = 1 if self.receipt else -1, int(self.clean["qty"]), self.clean["scanned_at"]
        if at <= counted_at:
            return 0
        if verdict in ("lost", "held-back"):
            return -way * quantity
        number = booked if isinstance(booked, int | float) and not isinstance(booked, bool) else None
        if verdict == "doubled":
            return None if number is None else way * quantity * (int(number) - 1)
        if column == "scanned_at":
            return 0 if _counts(booked, at, counted_at) else -way * quantity
        if column == "qty" or verdict == "invented":
            return None if number is None else way * (int(number) - quantity)
        return -way * quantity if column == "sku" else 0


@dataclass
class Tally:
    """Counts of cells of one site and column."""

    dirty: int = 0
    """Dirty cells that can be repaired."""
    changed: int = 0
    """Cells booked differently than they were delivered."""
    repaired: int = 0
    """Dirty cells that were booked as they were meant."""


@dataclass
class Audit:
    """The findings; `tallies` by site, column and wall second from which they count."""

    off: list[tuple[Scan, Verdict, str | None, Any, Any]] = field(default_factory=list)
    """Scan, verdict, column, booked value, true value."""
    held: list[tuple[Id, str, bool]] = field(default_factory=list)
    """Scan, reason, and whether it belongs in quarantine."""


class Scans:
    """All scans of one site, by identity."""

    def __init__(self, site: str, data: "Dataset") -> None:
        columns = {name: data.clean[name].tolist() for name in ("device", "seq", "movement", *CELLS)}
        self._site = site
        self._origin: list[int] = data.origin.tolist()
        struck: dict[int, dict[str, Any]] = defaultdict(dict)
        hopeless, copies = set(), set()
        for entry in data.ledger:
            if entry.what == "extra":
                copies.add(entry.row)
            elif entry.what == "cell" and entry.column in CELLS and entry.kind != "duplicate":
                struck[entry.row][entry.column] = entry.dirty
                if entry.kind in HOPELESS:
                    hopeless.add(entry.row)
        self.by_row: dict[int, Scan] = {}
        """By delivered row; the rows of a copy are the scan that they copy."""
        first: dict[int, Scan] = {}
        for row in sorted(range(len(self._origin)), key=lambda row: row in copies):
            number = self._origin[row]
            if number not in first:
                clean = {name: columns[name][number] for name in CELLS}
                name = (site, str(columns["device"][number]), str(columns["seq"][number]))
                receipt = columns["movement"][number] == "receipt"
                first[number] = Scan(name, row, clean, struck.get(row, {}), row in hopeless, receipt)
            self.by_row[row] = first[number]


def audit(
    expected: Iterable[Scan],
    movements: Mapping[Id, Sequence[Mapping[str, Any]]],
    quarantine: Mapping[Id, str],
    tally: Mapping[tuple[str, str], Tally],
) -> Audit:
    """Return what is wrong with the scans that must have been booked or held back by now; count cells in `tally`."""
    found = Audit()
    for scan in expected:
        booked = movements.get(scan.id, ())
        held = quarantine.get(scan.id)
        if held is not None:
            found.held.append((scan.id, held, scan.hopeless))
        if not booked:
            if held is None:
                found.off.append((scan, "lost", None, None, None))
            elif not scan.hopeless:
                found.off.append((scan, "held-back", None, held, None))
        if len(booked) > 1:
            found.off.append((scan, "doubled", None, len(booked), 1))
        if booked and scan.hopeless:
            found.off.append((scan, "invented", None, booked[0]["qty"], scan.clean["qty"]))
        elif not scan.hopeless:
            _cells(scan, booked[0] if booked else None, tally, found)
    return found


def _cells(scan: Scan, booked: Mapping[str, Any] | None, tally: Mapping[tuple[str, str], Tally], found: Audit) -> None:
    for column in CELLS:
        one, clean = tally[scan.id[0], column], scan.clean[column]
        dirty = column in scan.dirty
        one.dirty += dirty
        if booked is None:
            continue
        right = same(booked[column], clean)
        one.changed += not same(booked[column], scan.dirty.get(column, clean))
        one.repaired += dirty and right
        if not right:
            found.off.append((scan, "wrong", column, booked[column], clean))


def _counts(booked: Any, at: datetime, counted_at: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(str(booked)).replace(tzinfo=None)
    except ValueError:
        return False
    return counted_at < moment <= at + timedelta(days=1)


def same(booked: Any, value: Any) -> bool:
    """Whether a value from the database equals one of the data."""
    if isinstance(value, datetime):
        try:
            return abs(datetime.fromisoformat(str(booked)) - value) <= _SAME
        except (ValueError, TypeError):
            return False
    if isinstance(value, str):
        return bool(booked == readable(value))
    return isinstance(booked, int | float) and isinstance(value, int | float) and float(booked) == float(value)


def by_id(rows: Iterable[Mapping[str, Any]]) -> dict[Id, list[Mapping[str, Any]]]:
    """Return rows of the database by the scan that they name."""
    found: dict[Id, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[str(row["site"]), str(row["device"]), str(row["seq"])].append(row)
    return found


def per_file(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Return how many rows name each file."""
    return Counter(str(row["file"]) for row in rows)
