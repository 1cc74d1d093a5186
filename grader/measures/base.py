"""What a measure is: a number taken from evidence, its unit, and the questions that show the rows behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from grader.context import EvidenceView
from scenarios.vocabulary import Params
from simulator.evidence.reader import Evidence
from simulator.evidence.sql import name


class MeasureParams(Params):
    """Parameters of a measure that can be taken of some phases alone."""

    during: list[str] | None = Field(default=None, min_length=1)
    """Names of the phases to look at; left out: all graded phases."""


@dataclass(frozen=True)
class Observation:
    """What a measure saw. It says nothing of whether that is good."""

    value: float | None
    """None: there was nothing to take the number of; `note` says what was missing."""
    unit: str
    """`share`, `seconds`, `count`, `money`, `per-second`, or `any`."""
    sql: str
    """The question that gives the number."""
    note: str = ""
    """What the number was taken of: `815 of 820 requests`."""
    said: str | None = None
    """What a report shows in the number's place, where the number alone would mislead."""
    low: str | None = None
    """A question for the rows that keep the number down."""
    high: str | None = None
    """A question for the rows that push it up."""


@dataclass(frozen=True)
class Measure:
    """A registered measure."""

    name: str
    about: str
    params: type[Params]
    unit: str
    take: Callable[[EvidenceView, Any], Observation]
    """Called with the grounds and an instance of `params`; raises `Unobservable`, or `duckdb.Error` on bad SQL."""
    reads: Callable[[Evidence, Any], frozenset[str]]
    """The evidence tables that it looks at with these parameters."""
    bounded: bool = True
    """Whether, as most things that are counted or timed, it is never under 0, and as a share never over 1."""


def things(table: str) -> str:
    """What a table's rows are, in a report: `promises` of `facts_promises`."""
    return table.removeprefix("facts_").replace("_", " ")


def rows_of(grounds: EvidenceView, table: str, where: str) -> str:
    """The question for all rows of a table that meet a condition, in the order in which they happened."""
    known = grounds.evidence.tables.get(table)
    order = f" order by lap, {name(known.clock)}" if known else ""
    return f"select * from {name(table)} where ({where}){order}"


NOT_STRUCK = "not struck"
"""What a report shows of a deployment that gave a fault nothing to strike."""

ANSWERED = "outcome in ('ok', 'wrong')"
"""A request that got an answer, true or not."""
