"""Read evidence: load the tables of one or more laps into an in-memory DuckDB that can access nothing outside.

`open_evidence` is for whoever shows evidence to somebody, and must say to whom.
"""

import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import duckdb
import orjson

from simulator.closing import Closing
from simulator.evidence import listing, loading
from simulator.evidence.run import CustomerRun, EvidenceError, EvidenceMissing, EvidenceTorn, Run
from simulator.evidence.struck import STRUCK, view
from simulator.evidence.tables import CUSTOMER, EXAMINER, Audience, Table

MEMORY = "4GB"
"""Most memory that queries may use; those on a million requests need a tenth of it."""
_POLL_INTERVAL_S = 0.05
"""Seconds between two looks at the CPU time used."""


def open_evidence(*folders: Path, audience: Audience = CUSTOMER, memory: str = MEMORY) -> "Evidence":
    """Return the evidence of the laps in these folders, as that audience may see it; any format of folder.

    For the `customer`, tables and columns of the examiner's do not exist, what is masked says what the customer has in
    its place, and `laps` knows no scenario. Raises as `Evidence` does; also `EvidenceMissing` where the examiner asks
    and the examiner's side is not there.
    """
    return Evidence(*folders, audience=audience, memory=memory)


class Evidence(Closing):
    """The tables of some laps, ready for SQL queries.

    Every table that a lap declares exists, empty when nothing was written to it, with the additional columns `lap`,
    `phase` and `phase_at`. The table `phases` has one row for each phase of each lap, and `struck` is computed. After
    loading, the database reads and writes no file, and its settings are locked. It computes on one thread, because sums
    of fractions depend on their order and the same evidence must give the same report.
    """

    def __init__(
        self,
        *folders: Path,
        tables: Iterable[Table] = (),
        memory: str = MEMORY,
        audience: Audience = EXAMINER,
    ) -> None:
        """Load the laps in these folders; `tables` are created beside those that the laps declare.

        Queries may use so much `memory`, in DuckDB's spelling of bytes.

        Raises `EvidenceMissing` when there is no `run.json`, and `EvidenceTorn` when a file is broken other than in its
        last line, or when one that a finished lap had is missing or shorter.
        """
        whole = audience == EXAMINER
        kind = Run if whole else CustomerRun
        laps = sorted(((kind.read(folder), folder) for folder in folders), key=lambda lap: lap[0].lap)
        for run, folder in laps:
            if run.files is not None:
                # Before there were two sides, one list was of all.
                listing.verify(folder, run.files, whole=whole or not run.split)
        self.audience: Audience = audience
        self.laps: tuple[CustomerRun, ...] = tuple(run for run, _ in laps)
        """What the audience knows of each lap."""
        self.tables: dict[str, Table] = {t.name: t for t in tables} | _declared(self.laps)
        self._db = duckdb.connect()
        try:
            for table in self.tables.values():
                self._db.execute(loading.create(table))
                for run, folder in laps:
                    loading.load(self._db, folder, run, table, audience)
            _load_phases(self._db, self.laps)
            if whole:
                self._compute_struck()
            lock(self._db, memory)
        except BaseException:
            self._db.close()
            raise

    @property
    def runs(self) -> tuple[Run, ...]:
        """All that there is to know of each lap. Raises `EvidenceMissing` where it was opened for the customer."""
        runs = tuple(run for run in self.laps if isinstance(run, Run))
        if len(runs) < len(self.laps):
            raise EvidenceMissing("this is the customer's side alone")
        return runs

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Return all rows of the answer. Raises `duckdb.Error` when the query is invalid."""
        return self._db.execute(sql).fetchall()

    def rows(self, sql: str, most: int) -> list[dict[str, Any]]:
        """Return the first `most` rows of the answer, by column name. Raises `duckdb.Error`."""
        cursor = self._db.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(most)]

    def answer(self, sql: str, most: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Return the names of the answer's columns, and its first `most` rows; both are empty where there is none.

        Raises `duckdb.Error`.
        """
        # Nothing but space and comments is no statement, and has no result to describe.
        cursor = self._db.execute(sql) if duckdb.extract_statements(sql) else None
        if cursor is None or not cursor.description:
            return (), []
        return tuple(column[0] for column in cursor.description), cursor.fetchmany(most)

    def mentions(self, sql: str) -> frozenset[str]:
        """Return the evidence tables that a query reads; if DuckDB cannot parse it, all those that it names."""
        ((tree,),) = self._db.execute("select json_serialize_sql(?::varchar)", [sql]).fetchall()
        try:
            parsed = orjson.loads(tree)
            named = re.findall(r"\w+", sql) if parsed["error"] else list(_base_tables(parsed["statements"]))
        except (orjson.JSONDecodeError, RecursionError):  # nested deeper than either walks
            named = re.findall(r"\w+", sql)
        return frozenset(named) & self.tables.keys()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let queries in this block raise `duckdb.InterruptException` once this process has used `seconds` of CPU."""
        end, over = time.process_time() + seconds, Event()

        def watch() -> None:
            while not over.wait(_POLL_INTERVAL_S):
                if time.process_time() > end:
                    self._db.interrupt()

        watcher = Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def reached(self) -> dict[int, float]:
        """Return the wall second that the evidence of each lap reaches."""
        newest: dict[int, float] = {run.lap: 0.0 for run in self.laps}
        # Rows of a settled table may be about times to come: when a loan will be known to fail, when drift sets in.
        for table in (table for table in self.tables.values() if table is not STRUCK and not table.settled):
            for lap, at in self.ask(f'select lap, max("{table.clock}") from "{table.name}" group by lap'):
                newest[lap] = max(newest[lap], at or 0.0)
        return newest

    def cut(self, tables: Iterable[str], laps: Collection[int]) -> dict[str, int]:
        """Return how many rows of these tables were dropped in these laps, for those that lost any.

        For `struck`, rows dropped from either of its sources count.
        """
        wanted = {name for table in tables for name in (("faults", "requests") if table == STRUCK.name else (table,))}
        each = "select lap, source, max(dropped) as dropped from cuts group by lap, source, writer"
        found: dict[str, int] = {}
        for lap, source, dropped in self.ask(each) if wanted else ():
            if lap in laps and source in wanted:
                found[source] = found.get(source, 0) + dropped
        return found

    def _compute_struck(self) -> None:
        """Compute `struck`, unless it exists as a table: then there is no evidence, and lint is asking."""
        if STRUCK.name not in self.tables and {"faults", "requests"} <= self.tables.keys():
            flows = [flow.timeout for run in self.runs for flow in run.scenario.traffic.values()]
            self._db.execute(view(max(flows, default=0.0)))
            self.tables[STRUCK.name] = STRUCK

    def close(self) -> None:
        """Free the memory; no query is possible afterwards."""
        self._db.close()


PHASES = (
    "create table phases (lap BIGINT, name VARCHAR, begins DOUBLE, ends DOUBLE, sim_begins TIMESTAMP, rate DOUBLE, "
    "graded BOOLEAN, shift BOOLEAN)"
)
"""The SQL that creates the table of phases: wall seconds `[begins, ends)`, and `rate` as simulated seconds per wall
second."""


def lock(db: duckdb.DuckDBPyConnection, memory: str = MEMORY) -> None:
    """Forbid files, network and extensions, limit threads and memory, and lock these settings."""
    for setting in (
        "threads=1",
        f"memory_limit='{memory}'",
        "temp_directory=''",  # else what has no room goes into a folder of whoever asks
        "enable_external_access=false",
        "lock_configuration=true",
    ):
        db.execute(f"set {setting}")


def _declared(runs: Sequence[CustomerRun]) -> dict[str, Table]:
    """Return every table of every lap. Raises `EvidenceTorn` when laps disagree: they are not of one world."""
    tables: dict[str, Table] = {}
    for run in runs:
        for name, table in run.declared.items():
            if tables.setdefault(name, table) != table:
                raise EvidenceTorn(f"table {name!r} has other columns in lap {run.lap} than in the laps before")
    return tables


def _base_tables(tree: Any) -> Iterator[str]:
    """Yield the names of tables in a syntax tree of DuckDB's."""
    if isinstance(tree, dict):
        if tree.get("type") == "BASE_TABLE":
            yield tree["table_name"]
        tree = list(tree.values())
    for branch in tree if isinstance(tree, list) else ():
        yield from _base_tables(branch)


def _load_phases(db: duckdb.DuckDBPyConnection, runs: Sequence[CustomerRun]) -> None:
    db.execute(PHASES)
    for run in runs:
        for s in run.spans:
            row = [run.lap, s.name, s.begins, s.ends, s.sim_begins, s.rate, s.graded, s.shift]
            db.execute("insert into phases values (?, ?, ?, ?, ?, ?, ?, ?)", row)


__all__ = ["PHASES", "Evidence", "EvidenceError", "EvidenceMissing", "EvidenceTorn", "lock", "open_evidence"]
