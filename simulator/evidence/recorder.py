"""Write evidence by appending to `<table>.<writer>.jsonl`, with one writer a process, so that no two share a file."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from simulator import gate
from simulator.evidence.tables import CORRUPTIONS, CUTS, DRIFTS, REQUESTS, Table, Type

MOST, LARGEST = 1 << 26, 1 << 17
"""Most bytes of one table that a writer keeps in a lap, and most bytes of a row: a deployment must not fill the
disk."""

_AS_WRITTEN = frozenset({CORRUPTIONS.name, CUTS.name, DRIFTS.name, REQUESTS.name})
"""Tables whose size the scenario determines."""


class Recorder:
    """Appends rows to the tables of one lap's folder.

    Rows are buffered by the file object; `flush` makes them visible to readers. A process that dies loses at most what
    it had not flushed, and leaves at most one torn line in a file, which readers tolerate.

    A table that would exceed `most` bytes, or that gets a row of more than `LARGEST` bytes, takes no further rows.
    Table `cuts` reports that as soon as it happens, and at the end of the lap how many rows were dropped. In `tables`,
    each value must fit its column: one that does not becomes null, and `cuts` counts the row, because what it said is
    lost.
    """

    def __init__(self, folder: Path, writer: str, most: int = MOST, tables: Iterable[Table] = ()) -> None:
        self.folder = folder
        self.writer = writer
        self._most = most
        self._kinds = {table.name: {column.name: column.type for column in table.columns} for table in tables}
        self._files: dict[str, BinaryIO] = {}
        self._sizes: dict[str, int] = {}
        self._full: set[str] = set()
        self._cut: dict[str, int] = {}
        self._closed = False

    def write(self, table: str, row: dict[str, Any]) -> None:
        """Append one row; whatever it contains, it becomes one line that can be read again (`simulator.gate`).

        Rows that come after the recorder is closed, from a request that was still being served, are too late for the
        lap and ignored.
        """
        if self._closed:
            return
        kinds = self._kinds.get(table)
        if kinds is not None and not all(_exact(value, kinds.get(name)) for name, value in row.items()):
            row = self._fitted(table, row, kinds)
        line = gate.dumps(row) + b"\n"
        size = self._sizes.get(table, 0) + len(line)
        if table not in _AS_WRITTEN and (table in self._full or size > self._most or len(line) > LARGEST):
            self._full.add(table)
            self.cut(table, row.get("at"))
            return
        self._sizes[table] = size
        file = self._files.get(table)
        if file is None:
            file = self._files[table] = (self.folder / f"{table}.{self.writer}.jsonl").open("ab", buffering=1 << 16)
        file.write(line)

    def _fitted(self, table: str, row: dict[str, Any], kinds: dict[str, Type]) -> dict[str, Any]:
        told = {name: gate.fitted(value, kinds[name]) for name, value in row.items() if name in kinds}
        if not all(right for _, right in told.values()):
            self.cut(table, row.get("at"))
        return row | {name: value for name, (value, _) in told.items()}

    def cut(self, table: str, at: float | None) -> None:
        """Record that a row of that table, due at wall second `at`, was dropped, whoever decided so."""
        self._cut[table] = self._cut.get(table, 0) + 1
        if self._cut[table] == 1:
            self._note(table, at)

    def _note(self, table: str, at: float | None) -> None:
        self.write(CUTS.name, {"at": at, "source": table, "writer": self.writer, "dropped": self._cut[table]})

    def flush(self) -> None:
        """Hand buffered rows to the operating system."""
        for file in self._files.values():
            file.flush()

    def close(self) -> None:
        """Flush and close; the recorder takes no more rows."""
        for table in self._cut:
            self._note(table, None)
        self._cut.clear()
        self._closed = True
        for file in self._files.values():
            file.close()
        self._files.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _exact(value: Any, kind: Type | None) -> bool:
    """Whether a value already is what its column takes, as nearly all are.

    Values that belong to no column of the table are left out.
    """
    if value is None or kind is None:
        return True
    found = type(value)
    if kind == "integer":
        return found is int and -(2**63) <= value < 2**63
    return found is float or found is int if kind == "real" else found is (str if kind == "text" else bool)
