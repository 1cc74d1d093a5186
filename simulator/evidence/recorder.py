"""Append-only writing of evidence: `<table>.<writer>.jsonl`, one writer a process, so that no two share a file."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from simulator import gate
from simulator.evidence.tables import CORRUPTIONS, CUTS, DRIFTS, REQUESTS, Table, Type

MOST, LARGEST = 1 << 26, 1 << 17
"""Bytes of one table that a writer keeps a lap, and of one row: what the deployment causes must not fill the disk."""

_AS_WRITTEN = frozenset({CORRUPTIONS.name, CUTS.name, DRIFTS.name, REQUESTS.name})
"""Tables whose size is the scenario's doing."""


class Recorder:
    """Appends rows to the tables of one lap's folder.

    Rows are buffered by the operating system's file buffer; `flush` makes them visible to readers. A process that
    dies loses at most what it had not flushed, and leaves at most one torn line a file, which readers tolerate.

    A table that would outgrow `most` bytes, or take a row over `LARGEST`, takes no more rows. Table `cuts` says so as
    soon as it happens, and how many rows it were when the lap is over. Of `tables` each value fits its column: where it
    does not, it is null, and `cuts` counts the row, as what it said is not kept.
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
        """Append one row; whatever it holds, it is one line that can be read again (`simulator.gate`).

        What comes when the recorder is closed, of a request that was still being served, is too late for the lap.
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
        """One row of that table, due at wall second `at`, is not kept, whoever decides that."""
        self._cut[table] = self._cut.get(table, 0) + 1
        if self._cut[table] == 1:
            self._note(table, at)

    def _note(self, table: str, at: float | None) -> None:
        self.write(CUTS.name, {"at": at, "source": table, "writer": self.writer, "dropped": self._cut[table]})

    def flush(self) -> None:
        """Hand what is buffered to the operating system."""
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
    """Whether a value is what its column takes, as nearly all are; of no column of the table's it is left out."""
    if value is None or kind is None:
        return True
    found = type(value)
    if kind == "integer":
        return found is int and -(2**63) <= value < 2**63
    return found is float or found is int if kind == "real" else found is (str if kind == "text" else bool)
