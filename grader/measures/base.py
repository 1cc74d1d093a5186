"""Define a measure: a number taken from evidence, its unit, and the queries for the rows behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from grader.context import EvidenceView
from scenarios.vocabulary import Params
from simulator.evidence.reader import Evidence
from simulator.evidence.sql import name


class MeasureParams(Params):
    """Parameters of a measure that can be limited to some phases."""

    during: list[str] | None = Field(default=None, min_length=1)
    """Names of the phases to look at; left out: all graded phases."""


class TableParams(MeasureParams):
    """Parameters of a measure of one table."""

    table: str
    """An evidence table."""


class RowParams(TableParams):
    """Parameters of a measure of a table's rows."""

    where: str = "true"
    """SQL condition on its columns; left out: every row."""


@dataclass(frozen=True)
class Observation:
    """What a measure found. It does not say whether that is good."""

    value: float | None
    """The number; None when there was nothing to take it from: `note` says what was missing."""
    unit: str
    """`share`, `seconds`, `count`, `money`, `per-second`, or `any`."""
    sql: str
    """The query that returns the number."""
    note: str = ""
    """What the number was taken from: `815 of 820 requests`."""
    said: str | None = None
    """Text that a report shows in place of a number that would mislead."""
    low: str | None = None
    """A query for the rows that keep the number down."""
    high: str | None = None
    """A query for the rows that push it up."""


@dataclass(frozen=True)
class Measure:
    """A registered measure."""

    name: str
    about: str
    params: type[Params]
    unit: str
    take: Callable[[EvidenceView, Any], Observation]
    """Takes the measure of a view of the evidence, given an instance of `params`. Raises `Unobservable`, and
    `duckdb.Error` on bad SQL."""
    reads: Callable[[Evidence, Any], frozenset[str]]
    """Returns the evidence tables that it looks at with these parameters."""
    latency: bool = False
    """Whether it is about how fast answers come, which is excused in ungraded phases."""
    books: bool = False
    """Whether it is about money, which counts in ungraded phases as in any."""
    bounded: bool = True
    """Whether its value is never below 0, and as a share never above 1; true of most that count or time something."""


def things(table: str) -> str:
    """Return what a report calls a table's rows: `promises` for `facts_promises`."""
    return table.removeprefix("facts_").replace("_", " ")


def its_table(_evidence: Evidence, params: TableParams) -> frozenset[str]:
    """Return what a measure of one table reads."""
    return frozenset({params.table})


def rows_of(view: EvidenceView, table: str, where: str) -> str:
    """Return the query for all rows of a table that meet a condition, in the order in which they happened."""
    known = view.evidence.tables.get(table)
    order = f" order by lap, {name(known.clock)}" if known else ""
    return f"select * from {name(table)} where ({where}){order}"


NOT_STRUCK = "not struck"
"""Shown by a report when a fault never hit a request of the deployment's."""

ANSWERED = "outcome in ('ok', 'wrong')"
"""SQL condition: the request was answered, correctly or not."""
