"""The tables of a lap as a learner asks them: the customer's side, under names that SQL takes as they are.

Columns whose names are words of SQL (`at`, `column`, `to`) have others here, so that no query needs quotes. Files keep
their names. Nothing that is asked can read or write a file, reach a network, or load an extension.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from labs.base.errors import UsageProblem
from simulator.closing import Closing
from simulator.evidence.reader import EvidenceError, open_evidence
from simulator.evidence.tables import ADDED, CUSTOMER, Audience, Table

RENAMED = {"at": "happened_at", "column": "column_name", "to": "moved_to"}
"""What a column with a word of SQL for its name is called here."""
SECONDS = 20.0
"""CPU seconds that a query may take."""
MEMORY = "1GB"
"""Memory that queries may use: tables of a day take a hundredth of it."""
_ADDED = dict(
    zip(ADDED, ("number of the lap", "name of the phase; null: outside of all", "seconds since it began"), strict=True)
)
_TYPES = {"text": "VARCHAR", "integer": "BIGINT", "real": "DOUBLE", "boolean": "BOOLEAN"}
_PHASES = (
    ("lap", "BIGINT", "number of the lap"),
    ("name", "VARCHAR", "name of the phase"),
    ("begins", "DOUBLE", "wall second at which it begins"),
    ("ends", "DOUBLE", "wall second at which it has ended"),
    ("sim_begins", "TIMESTAMP", "the customer's local time when it begins"),
    ("rate", "DOUBLE", "simulated seconds per wall second"),
    ("graded", "BOOLEAN", "whether an exam counts it"),
    ("shift", "BOOLEAN", "whether the requirement changes with it"),
)


@dataclass(frozen=True)
class TableColumn:
    """A column, as it is to be written in a query."""

    name: str
    type: str
    about: str


@dataclass(frozen=True)
class LearnerTable:
    """A table, what a row of it means, and its columns."""

    name: str
    about: str
    columns: tuple[TableColumn, ...]
    rows: int

    @property
    def clock(self) -> str | None:
        """The first column that says when, in seconds of the lap; None: it has none."""
        return next((one.name for one in self.columns if one.name == "happened_at" or one.name.endswith("_at")), None)


@dataclass(frozen=True)
class Answer:
    """Rows of an answer."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool = False
    """Whether there are rows behind these."""

    def records(self) -> list[dict[str, Any]]:
        """Return the rows by name of column; of columns with one name the later ones have a number behind it."""
        names: list[str] = []
        for name in self.columns:
            names.append(name if name not in names else f"{name}_{names.count(name) + len(names)}")
        return [dict(zip(names, row, strict=True)) for row in self.rows]


class QueryProblem(UsageProblem):
    """A query that cannot be answered; `what` says where it is wrong."""


class LearnerTables(Closing):
    """The tables of one evidence folder, to be asked in SQL; what a query makes lasts until it is closed."""

    def __init__(self, folder: Path, audience: Audience = CUSTOMER) -> None:
        """Load them. Raises `UsageProblem` where the folder holds no evidence, or some that is broken.

        For the examiner they are as checks ask them: with the truth, and columns under their own names.
        """
        try:
            self._evidence = open_evidence(folder, audience=audience, memory=MEMORY)
        except EvidenceError as error:
            remedy = "fdelab start makes an engagement's incident; laps come with a world"
            raise UsageProblem(str(error), remedy) from None
        self.spans = self._evidence.laps[0].spans
        for table in self._evidence.tables.values():
            for old, new in _renamed(table) if audience == CUSTOMER else ():
                self._evidence.ask(f'alter table "{table.name}" rename column "{old}" to {new}')
        self._audience = audience
        self.tables = {
            table.name: self._described(table) for table in sorted(self._evidence.tables.values(), key=_name)
        }
        self.tables["phases"] = self._phases()

    def _described(self, table: Table) -> LearnerTable:
        renamed = RENAMED if self._audience == CUSTOMER else {}
        own = (TableColumn(renamed.get(c.name, c.name), _TYPES[c.type], c.about) for c in table.columns)
        added = (
            TableColumn(name, kind, _ADDED[name])
            for name, kind in zip(ADDED, ("BIGINT", "VARCHAR", "DOUBLE"), strict=True)
        )
        return LearnerTable(table.name, table.about, (*own, *added), self._count(table.name))

    def _phases(self) -> LearnerTable:
        columns = tuple(TableColumn(*one) for one in _PHASES)
        return LearnerTable("phases", "the stretches of the lap, and its drain", columns, self._count("phases"))

    def _count(self, table: str) -> int:
        return int(self._evidence.ask(f'select count(*) from "{table}"')[0][0])

    def table(self, name: str) -> LearnerTable:
        """Return the table of that name. Raises `QueryProblem` where there is none."""
        if name not in self.tables:
            from scenarios.problems import did_you_mean

            there = f"there are: {', '.join(self.tables)}"
            raise QueryProblem(f"there is no table {name!r}", did_you_mean(name, self.tables) or there)
        return self.tables[name]

    def filled(self) -> list[LearnerTable]:
        """Tables that have rows, by name."""
        return [table for table in self.tables.values() if table.rows]

    def ask(self, sql: str, most: int, seconds: float = SECONDS) -> Answer:
        """Return the first `most` rows of the answer; of several statements, the last one's.

        Raises `QueryProblem` when the query is invalid, does what is locked, or takes more than `seconds` of CPU.
        """
        try:
            with self._evidence.within(seconds):
                columns, rows = self._evidence.answer(sql, most + 1)
        except duckdb.InterruptException:
            raise QueryProblem(
                f"the query took more than {seconds:g} s of computing", "ask for less: fewer rows, or a join by key"
            ) from None
        except duckdb.Error as error:
            raise QueryProblem(*_told(error, sql, self._audience)) from None
        return Answer(columns, rows[:most], len(rows) > most)

    def close(self) -> None:
        """Free the memory."""
        self._evidence.close()


def described(tables: LearnerTables, table: str | None) -> Answer:
    """Return the tables that have rows, or the columns of one.

    Raises `QueryProblem` where there is none of that name.
    """
    if table is None:
        return Answer(("table", "rows", "a row is"), [(one.name, one.rows, one.about) for one in tables.filled()])
    found = tables.table(table)
    return Answer(("column", "type", "what it says"), [(c.name, c.type, c.about) for c in found.columns])


def _name(table: Table) -> str:
    return table.name


def _renamed(table: Table) -> Iterable[tuple[str, str]]:
    return ((c.name, RENAMED[c.name]) for c in table.columns if c.name in RENAMED)


def _told(error: duckdb.Error, sql: str, audience: Audience) -> tuple[str, str | None]:
    """Return what is wrong, with its place in the query, and what to do: DuckDB's own suggestion, or one of ours."""
    lines = [line.replace("\t", "  ").rstrip() for line in str(error).strip().split("\n")]
    advice = [line for line in lines if line.startswith(("Did you mean", "Candidate bindings"))]
    what = "\n".join(line for line in lines if line and line not in advice)
    if isinstance(error, duckdb.PermissionException):
        return what, "files, networks and extensions are locked here: ask the tables (--describe lists them)"
    if isinstance(error, duckdb.OutOfMemoryException):
        return what, "ask for less: fewer rows, or a join by key"
    if isinstance(error, duckdb.ParserException) and (used := _reserved(sql)):
        if audience != CUSTOMER:
            quoted = ", ".join(f'"{old}"' for old in used)
            return what, f"words of SQL stand in quotes: {quoted}"
        return what, "; ".join(f"column {old!r} of the files is {RENAMED[old]} here" for old in used)
    return what, " ".join(advice).replace("Candidate bindings:", "columns that may be meant:") or None


def _reserved(sql: str) -> Sequence[str]:
    """Return the words of SQL in it that are columns' names in the files, where they stand as such."""
    where = r"(?:[,(.]|\b(?:select|by|where|and|or|on)\b)\s*"
    return [old for old in RENAMED if re.search(rf'{where}"?{old}\b', sql, re.IGNORECASE)]
