"""A resource's records during one lap: versions, times of their last edits, and ordered lists."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Record = dict[str, Any]

_NUMBERED = re.compile(r"(.*?)(\d{1,18})", re.DOTALL)


Sort = tuple[str, int, str]


@dataclass
class Row:
    """One record."""

    key: str
    record: Record
    edited: datetime
    """Simulated time of the last edit."""
    serial: int
    """The number of the last edit, in the order of all edits."""
    sort: Sort
    version: int = 1
    read: int = 0
    """The last version that a caller got."""


class Store:
    """All records of a resource by key."""

    def __init__(self, key: str, order: str, records: Iterable[Mapping[str, Any]], begins: datetime) -> None:
        self._field = key
        self._order = order
        self.rows: dict[str, Row] = {}
        self._serial = 0
        self._largest: Sort = ("", 0, "")
        self._listed: list[Row] | None = None
        for record in records:
            self.put(str(record[key]), dict(record), begins)
        self.types = _types(row.record for row in self.rows.values())
        """The fields with their types."""

    def put(self, key: str, record: Record, now: datetime) -> Row:
        """Create or replace a record, and return its row."""
        old = self.rows.get(key)
        self._serial += 1
        sort = old.sort if old else natural(key)
        row = Row(key, record, now, self._serial, sort, old.version + 1 if old else 1, old.read if old else 0)
        self.rows[key] = row
        self._listed = None
        if sort[1] >= self._largest[1]:
            self._largest = sort
        return row

    def remove(self, key: str) -> None:
        """Delete an existing record."""
        del self.rows[key]
        self._listed = None

    def next_key(self) -> Any:
        """Return the key of a new record: one more than the largest so far, in the same form."""
        prefix, number, key = self._largest
        if self.types.get(self._field) is int:
            return number + 1
        return f"{prefix}{number + 1:0{len(key) - len(prefix)}}"

    def listed(self, fits: Callable[[Row], bool] | None = None) -> list[Row]:
        """Return the matching rows in the list's order."""
        if self._listed is None:
            self._listed = sorted(self.rows.values(), key=self._place)
        return self._listed if fits is None else [row for row in self._listed if fits(row)]

    def after(self, rows: list[Row], mark: str) -> list[Row]:
        """Return those of `rows` after a mark made by `mark`, even if its record is gone or has moved.

        Raises `ValueError` when it is not a mark.
        """
        place: Any = natural(mark) if self._order == "key" else int(mark)
        return rows[bisect_right(rows, place, key=self._place) :]

    def mark(self, row: Row) -> str:
        """Return a row's position in the list."""
        return row.key if self._order == "key" else str(self._place(row))

    def _place(self, row: Row) -> Any:
        if self._order == "key":
            return row.sort
        return -row.serial if self._order == "newest" else row.serial


def natural(key: str) -> Sort:
    """Return what sorts keys as people do: K-9 before K-10."""
    found = _NUMBERED.fullmatch(key)
    return (found[1], int(found[2]), key) if found else (key, 0, key)


def _types(records: Iterable[Record]) -> dict[str, type]:
    """Return fields in order of appearance with the type of their values; `object` for several types."""
    found: dict[str, set[type]] = {}
    for record in records:
        for name, value in record.items():
            found.setdefault(name, set()).update([type(value)] if value is not None else [])
    return {name: _one(kinds) for name, kinds in found.items()}


def _one(kinds: set[type]) -> type:
    if kinds == {int, float}:
        return float
    return next(iter(kinds)) if len(kinds) == 1 else object
