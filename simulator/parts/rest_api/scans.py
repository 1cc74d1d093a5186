"""Readings of whole lists: what a caller who pages through one missed, or got twice.

A cursor says which reading a page belongs to. Counted pages only say their position: of several concurrent readings,
the one that has got this far takes the page, the latest first.
"""

from collections import Counter
from dataclasses import dataclass, field

_KEPT = 64
"""Most unfinished readings that are remembered; a caller decides how many there are."""


@dataclass
class Scan:
    """One reading of a list, from its first page on."""

    number: int
    at: float
    filter: str | None
    there: frozenset[str]
    """Keys on the list when the reading began."""
    pages: int = 0
    keys: list[str] = field(default_factory=list)
    covered: set[int] = field(default_factory=set)
    """Positions that were read, if pages are counted."""
    end: int | None = None
    """The position after which nothing followed."""

    def seen(self, position: int | None, size: int, keys: list[str], last: bool) -> bool:
        """Record a page, and return whether the reading is now complete. Counted pages may come in any order."""
        self.pages += 1
        self.keys += keys
        if position is None:
            return last
        self.covered.update(range(position, position + size))
        if last:
            self.end = position if self.end is None else max(self.end, position)
        return self.end is not None and self.covered.issuperset(range(self.end))

    def missed(self, still: set[str]) -> list[str]:
        """Return keys that were there in the beginning, are still there, and were on no page."""
        return sorted((self.there & still).difference(self.keys))

    @property
    def reached(self) -> int:
        """Return the next position, if pages are counted."""
        return max(self.covered, default=-1) + 1

    @property
    def repeated(self) -> int:
        """Return how many records came more than once."""
        return sum(count > 1 for count in Counter(self.keys).values())


class Scans:
    """The unfinished readings of one resource."""

    def __init__(self) -> None:
        self._open: dict[int, Scan] = {}
        self._count = 0

    def begin(self, at: float, filter_: str | None, there: frozenset[str]) -> Scan:
        """Begin a reading with its first page; with too many readings, forget the oldest."""
        self._count += 1
        scan = self._open[self._count] = Scan(self._count, at, filter_, there)
        if len(self._open) > _KEPT:
            del self._open[next(iter(self._open))]
        return scan

    def numbered(self, number: int) -> Scan | None:
        """Return the reading that a cursor belongs to; None when it is forgotten."""
        return self._open.get(number)

    def at(self, filter_: str | None, position: int) -> Scan | None:
        """Return the reading that a counted page belongs to; None when there is none."""
        fitting = [scan for scan in self._open.values() if scan.filter == filter_ and position not in scan.covered]
        return next((scan for scan in reversed(fitting) if scan.reached == position), fitting[-1] if fitting else None)

    def close(self, scan: Scan) -> None:
        """Forget a complete reading."""
        self._open.pop(scan.number, None)

    def unfinished(self) -> list[Scan]:
        """Return all unfinished readings."""
        return list(self._open.values())
