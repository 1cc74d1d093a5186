"""Write evidence by appending to `<table>.<writer>.jsonl`, with one writer a process, so that no two share a file.

What only the examiner knows goes into a file of the same name in the folder `examiner`. Of a table that both have a
share of, the rows are numbered, and the examiner's file has only rows in which there is something to hide. Whatever
becomes of the process, the other half of a row that the customer has is never missing: it is written first.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from simulator import gate
from simulator.closing import Closing
from simulator.evidence.listing import FOLDER
from simulator.evidence.tables import CORE, CORRUPTIONS, CUTS, DRIFTS, REQUESTS, ROW, Table, Type

MOST, LARGEST = 1 << 26, 1 << 17
"""Most bytes of one table that a writer keeps in a lap, and most bytes of a row: a deployment must not fill the
disk."""

_BUFFER = 1 << 16
"""Bytes of a table's rows that wait to be written together."""

_AS_WRITTEN = frozenset({CORRUPTIONS.name, CUTS.name, DRIFTS.name, REQUESTS.name})
"""Tables whose size the scenario determines."""


class Recorder(Closing):
    """Appends rows to the tables of one lap's folder.

    Rows are buffered; `flush` makes them visible to readers. A process that dies loses at most what it had not flushed,
    and leaves at most one torn line in a file, which readers tolerate.

    A table that would exceed `most` bytes, or that gets a row of more than `LARGEST` bytes, takes no further rows.
    Table `cuts` reports that as soon as it happens, and at the end of the lap how many rows were dropped. In `tables`,
    each value must fit its column: one that does not becomes null, and `cuts` counts the row, because what it said is
    lost; tables that are not among them are the examiner's. Without any `tables`, rows are written as they come, whole.
    """

    def __init__(self, folder: Path, writer: str, most: int = MOST, tables: Iterable[Table] = ()) -> None:
        self.folder = folder
        self.writer = writer
        self._most = most
        declared = {table.name: table for table in tables}
        self._kinds = {name: {c.name: c.type for c in table.columns} for name, table in declared.items()}
        known = {table.name: table for table in CORE} | declared if declared else {}
        self._halves = {name: Halves(table) for name, table in known.items() if table.shown and table.kept}
        self._shown = {name for name, table in known.items() if table.shown} if known else None
        self._files: dict[str, _File] = {}
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
        file = self._files.get(table) or self._open(table)
        halves = self._halves.get(table)
        hidden = None
        if halves is not None:
            row, hidden = halves.of(row, file.rows)
        line = gate.dumps(row) + b"\n"
        other = gate.dumps(hidden) + b"\n" if hidden is not None else b""
        size = self._sizes.get(table, 0) + len(line) + len(other)
        if table not in _AS_WRITTEN and (table in self._full or size > self._most or len(line) + len(other) > LARGEST):
            self._full.add(table)
            self.cut(table, row.get("at"))
            return
        self._sizes[table] = size
        file.append(line, other)

    def _open(self, table: str) -> "_File":
        known = self._shown is None or table in self._shown
        place = self.folder if known else self.folder / FOLDER
        other = self.folder / FOLDER if table in self._halves else None
        file = self._files[table] = _File(place, other, f"{table}.{self.writer}.jsonl")
        return file

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


class Halves:
    """Takes the rows of a table apart that both the customer and the examiner have a share of."""

    def __init__(self, table: Table) -> None:
        self._hidden = [c.name for c in table.columns if c not in table.shown]
        self._mask = table.mask

    def of(self, row: dict[str, Any], number: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Return the customer's half, and the examiner's: None where nothing is hidden."""
        shown = {ROW: number, **row}
        hidden = {name: value for name in self._hidden if (value := shown.pop(name, None)) is not None}
        mask = self._mask
        if mask is not None and row.get(mask.column) == mask.value:
            for name, instead in mask.instead.items():
                hidden[name], shown[name] = row.get(name), instead
        return shown, {ROW: number, **hidden} if hidden else None


class _File:
    """A file of rows, and that of their other halves, if they have any; both are made when there is something in them.

    It buffers, because the operating system must get the examiner's half of a row first.
    """

    def __init__(self, place: Path, other: Path | None, name: str) -> None:
        self._path = place / name
        self._other = other and other / name
        self._files: dict[Path, BinaryIO] = {}
        self._lines: list[bytes] = []
        self._others: list[bytes] = []
        self._size = 0
        self.rows = 0
        """How many there are, those of an earlier process included."""
        if other is not None and self._path.exists():
            self.rows = self._path.read_bytes().count(b"\n")

    def append(self, line: bytes, other: bytes) -> None:
        """Add a row, and its other half if that is not empty."""
        self.rows += 1
        self._lines.append(line)
        if other:
            self._others.append(other)
        self._size += len(line) + len(other)
        if self._size > _BUFFER:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the operating system."""
        if self._others and self._other is not None:
            self._write(self._other, self._others)
        if self._lines:
            self._write(self._path, self._lines)
        self._size = 0

    def _write(self, path: Path, lines: list[bytes]) -> None:
        file = self._files.get(path)
        if file is None:
            path.parent.mkdir(exist_ok=True)
            file = self._files[path] = path.open("ab", buffering=0)
        data = memoryview(b"".join(lines))
        lines.clear()
        while data:
            data = data[file.write(data) or 0 :]

    def close(self) -> None:
        """Flush, and close the files."""
        try:
            self.flush()
        finally:
            for file in self._files.values():
                file.close()


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
