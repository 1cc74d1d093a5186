"""Compare every delivered scan with the clean data, cell by cell. Pure.

Within a file a scan is known by site, device and number, which dirt never changes (`scan_files`); running numbers may
begin again. A cell that differs from the clean one can be repaired when its kind of dirt loses nothing (a unit, an
encoding, a zone); missing, placeholder and misspelt values cannot, and their rows belong in quarantine.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from simulator.dirt.render import readable

if TYPE_CHECKING:
    from simulator.dirt import Dataset

Id = tuple[str, str, str]
"""Site, device, number."""
Key = tuple[str, int]
"""Site, and the number of the scan's first delivered row: one for each scan, also where running numbers begin again."""
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
    hopeless: str | None
    """The kind of dirt for which nobody can know what it meant; None: somebody can."""
    receipt: bool = False
    """Whether it puts something into the face; else it takes something out."""

    @property
    def key(self) -> Key:
        """Return what there is once of each scan."""
        return self.id[0], self.number

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
    held: list[tuple[Scan, Mapping[str, Any], bool]] = field(default_factory=list)
    """Scan, row of quarantine, and whether it belongs there: nobody can know what it meant, and it is there once."""


class Scans:
    """All scans of one site, by identity."""

    def __init__(self, site: str, data: "Dataset") -> None:
        columns = {name: data.clean[name].tolist() for name in ("device", "seq", "movement", *CELLS)}
        self._site = site
        self._origin: list[int] = data.origin.tolist()
        struck: dict[int, dict[str, Any]] = defaultdict(dict)
        hopeless: dict[int, str] = {}
        copies = set()
        for entry in data.ledger:
            if entry.what == "extra":
                copies.add(entry.row)
            elif entry.what == "cell" and entry.column in CELLS and entry.kind != "duplicate":
                struck[entry.row][entry.column] = entry.dirty
                if entry.kind in HOPELESS:
                    hopeless.setdefault(entry.row, entry.kind)
        self.by_row: dict[int, Scan] = {}
        """By delivered row; the rows of a copy are the scan that they copy."""
        self.hopeless: set[int] = set()
        """The clean rows of which nobody can know what they meant."""
        first: dict[int, Scan] = {}
        for row in sorted(range(len(self._origin)), key=lambda row: row in copies):
            number = self._origin[row]
            if number not in first:
                clean = {name: columns[name][number] for name in CELLS}
                name = (site, str(columns["device"][number]), str(columns["seq"][number]))
                receipt = columns["movement"][number] == "receipt"
                first[number] = Scan(name, row, clean, struck.get(row, {}), hopeless.get(row), receipt)
                if row in hopeless:
                    self.hopeless.add(number)
            self.by_row[row] = first[number]


def audit(
    expected: Iterable[Scan],
    movements: Mapping[Key, Sequence[Mapping[str, Any]]],
    quarantine: Mapping[Key, Sequence[Mapping[str, Any]]],
    tally: Mapping[tuple[str, str], Tally],
) -> Audit:
    """Return what is wrong with the scans that must have been booked or held back by now; count cells in `tally`."""
    found = Audit()
    for scan in expected:
        booked = movements.get(scan.key, ())
        held = quarantine.get(scan.key, ())
        for place, row in enumerate(held):
            found.held.append((scan, row, scan.hopeless is not None and place == 0))
        if not booked:
            if not held:
                found.off.append((scan, "lost", None, None, None))
            elif scan.hopeless is None:
                found.off.append((scan, "held-back", None, held[0]["reason"], None))
        if len(booked) > 1:
            found.off.append((scan, "doubled", None, len(booked), 1))
        if booked and scan.hopeless is not None:
            found.off.append((scan, "invented", None, booked[0]["qty"], scan.clean["qty"]))
        elif scan.hopeless is None:
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
