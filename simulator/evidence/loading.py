"""Load one table of one lap into DuckDB: for the customer, or for the examiner, who has the other side joined to it.

In the files of a table that both have a share of, rows are numbered, and the examiner's side has only those in which
there is something to hide. Its rows are written first. So whoever reads a lap that is still running takes the
customer's side first, and then finds the other half of each of its rows.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson

from simulator.evidence.errors import EvidenceTorn
from simulator.evidence.listing import FOLDER
from simulator.evidence.run import CustomerRun
from simulator.evidence.sql import name, text
from simulator.evidence.tables import EXAMINER, ROW, Audience, Column, Mask, Table

_TYPES = {"text": "VARCHAR", "integer": "BIGINT", "real": "DOUBLE", "boolean": "BOOLEAN"}
_NUMBER = Column(ROW, "integer", whose=EXAMINER)
_KEEP_ORDER = "set disabled_optimizers='join_order,build_side_probe_side'"
"""With the sides of a join as they are written, its rows come in the order of the left one."""


def create(table: Table) -> str:
    """Return the SQL that creates an empty table with the columns that the reader adds."""
    columns = ", ".join(f"{name(c.name)} {_TYPES[c.type]}" for c in table.columns)
    return f"create table {name(table.name)} ({columns}, lap BIGINT, phase VARCHAR, phase_at DOUBLE)"


def load(db: duckdb.DuckDBPyConnection, folder: Path, run: CustomerRun, table: Table, audience: Audience) -> None:
    """Load a table of a lap; a last line that a writer left unfinished is dropped. Raises `EvidenceTorn`."""
    source = _Source(run, table, audience)
    files = source.files(folder)
    if not files:
        return
    # Of a row that is just being written, there may be only one half yet.
    if run.finished or not source.joined:
        try:
            _insert(db, source, files)
        except duckdb.Error:
            pass
        else:
            return
    # A live world writes on while we read, so what is read again is a copy that stands still.
    with tempfile.TemporaryDirectory(prefix="fdelab-") as scratch:
        copies = _copies(source, files, Path(scratch))
        try:
            _insert(db, source, copies)
        except duckdb.Error as error:
            complaint = " ".join(str(error).replace(f"{scratch}/", "").split())
            raise EvidenceTorn(f"{folder.name}/{table.name}: {complaint}") from None


def _insert(db: duckdb.DuckDBPyConnection, source: "_Source", files: Sequence[Path]) -> None:
    """Load all files, or none. Raises `duckdb.Error`."""
    db.execute("begin")
    try:
        if not any(map(source.other, files)):
            db.execute(source.insert(files))
        else:
            db.execute(_KEEP_ORDER)
            for file in files:
                db.execute(source.insert([file], source.other(file)))
            db.execute("reset disabled_optimizers")
    except duckdb.Error:
        db.execute("rollback")
        raise
    db.execute("commit")


@dataclass(frozen=True)
class _Source:
    """How a table is read from the files of a lap."""

    run: CustomerRun
    table: Table
    audience: Audience

    @property
    def joined(self) -> bool:
        """Whether its rows have two halves."""
        both = bool(self.table.shown) and bool(self.table.kept)
        return self.run.split and self.audience == EXAMINER and both

    def files(self, folder: Path) -> list[Path]:
        """Return the files of the table, in order; where rows have two halves, those of the customer."""
        whole = self.run.split and self.audience == EXAMINER and not self.table.shown
        return sorted((folder / FOLDER if whole else folder).glob(f"{self.table.name}.*.jsonl"))

    def other(self, file: Path) -> Path | None:
        """Return the file with the other half of the rows; None where there is none, because nothing is hidden."""
        found = file.parent / FOLDER / file.name
        return found if self.joined and found.exists() else None

    def insert(self, files: Sequence[Path], other: Path | None = None) -> str:
        """Return the SQL that loads files, with explicit types: the reader would have to guess those of nulls."""
        table, run = self.table, self.run
        if other is None:
            rows = f"(select {self._seen()} from {_read(files, table.shown if self.joined else table.columns)} c)"
        else:
            values = ", ".join(f"{_joined(c, table)} as {name(c.name)}" for c in table.columns)
            seen, hidden = _read(files, [*table.shown, _NUMBER]), _read([other], [*table.kept, _NUMBER])
            rows = f"(select {values} from {seen} c left join {hidden} e on e.{ROW} = c.{ROW})"
        names = ", ".join(name(c.name) for c in table.columns)
        clock = name(table.clock)
        phase = _by_phase(run, clock, [text(s.name) for s in run.spans])
        phase_at = _by_phase(run, clock, [f"{clock} - {s.begins!r}" for s in run.spans])
        return f"insert into {name(table.name)} select {names}, {run.lap}, {phase}, {phase_at} from {rows}"

    def _seen(self) -> str:
        """Return the columns as they are, what is hidden as null; in old formats, masked for the customer."""
        if self.joined:
            shown = {c.name for c in self.table.shown}
            return ", ".join(name(c.name) if c.name in shown else f"null as {name(c.name)}" for c in self.table.columns)
        mask = self.run.masks.get(self.table.name)
        if self.run.split or self.audience == EXAMINER or mask is None:
            return ", ".join(name(c.name) for c in self.table.columns)
        return ", ".join(_masked(c, mask) for c in self.table.columns)


def _masked(column: Column, mask: Mask) -> str:
    if column.name not in mask.instead:
        return name(column.name)
    instead = mask.instead[column.name]
    value = "null" if instead is None else text(instead)
    hit = f"c.{name(mask.column)} = {text(mask.value)}"
    return f"case when {hit} then {value} else c.{name(column.name)} end as {name(column.name)}"


def _joined(column: Column, table: Table) -> str:
    if column not in table.shown:
        return f"e.{name(column.name)}"
    if table.mask and column.name in table.mask.instead:
        return f"coalesce(e.{name(column.name)}, c.{name(column.name)})"
    return f"c.{name(column.name)}"


def _read(files: Sequence[Path], columns: Sequence[Column]) -> str:
    kinds = ", ".join(f"{text(c.name)}: {text(_TYPES[c.type])}" for c in columns)
    names = ", ".join(text(str(file)) for file in files)
    return f"read_json([{names}], columns={{{kinds}}}, format='newline_delimited', maximum_object_size={1 << 26})"


def _by_phase(run: CustomerRun, clock: str, values: Sequence[str]) -> str:
    """Return SQL for the value of the phase in which `clock` falls; null outside of all phases."""
    spans = zip(run.spans, values, strict=True)
    cases = [f"when {clock} >= {s.begins!r} and {clock} < {s.ends!r} then {value}" for s, value in spans]
    return f"case {' '.join(cases)} end" if cases else "null"


def _copies(source: "_Source", files: Sequence[Path], scratch: Path) -> list[Path]:
    """Return copies without unfinished last lines: made of the customer's side first."""
    (scratch / FOLDER).mkdir()
    closed = source.run.finished
    copies = [_whole_lines(file, scratch, closed=closed) for file in files]
    for file in files:
        if other := source.other(file):
            _whole_lines(other, scratch / FOLDER, closed=closed)
    return copies


def _whole_lines(file: Path, scratch: Path, *, closed: bool) -> Path:
    """Return a copy of `file` without an unfinished last line. Raises `EvidenceTorn` on any other broken line.

    In a lap that says `finished`, every writer had `closed` its files: there, an unfinished line is lost evidence.
    """
    data = file.read_bytes()
    lines = data.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if _good(line):
            continue
        if number < len(lines) or closed:
            raise EvidenceTorn(f"{file.parent.name}/{file.name}, line {number}: no JSON object")
        data = data[: len(data) - len(line)]
    copy = scratch / file.name
    copy.write_bytes(data)
    return copy


def _good(line: bytes) -> bool:
    try:
        return not line.strip() or isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False
