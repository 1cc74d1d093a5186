"""An incident to look through: what is left of the day, a table of it to filter and sort, a file of it to read."""

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labs.base.errors import UsageProblem
from labs.engagement.artefacts import Artefact, content, listed

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement

MOST = 20_000
"""Rows of a table that are looked through; fdelab sql has them all."""
LOGS = "logs"
_ASKS = re.compile(r"(\w+)(<=|>=|!=|=|<|>)(.+)")
_OPERATORS = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
_TEXT = 400_000
"""Characters of a file that are shown."""


@dataclass(frozen=True)
class IncidentOverview:
    """What is left of a day."""

    title: str
    """Of the engagement."""
    customer: str
    folder: Path
    artefacts: tuple[Artefact, ...]


@dataclass(frozen=True)
class Sheet:
    """Rows under named columns."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool = False
    """Whether the day had more rows than these."""


@dataclass(frozen=True)
class Opened:
    """One artefact: a sheet, or text."""

    artefact: Artefact
    sheet: Sheet | None = None
    text: str = ""


def incident_overview(engagement: "Engagement") -> IncidentOverview:
    """Return what there is. Raises `UsageProblem` where the engagement came without an incident."""
    if not engagement.incident.is_dir():
        raise UsageProblem("this engagement came without an incident", "the console shows the running world")
    scenario = engagement.entry().scenario
    return IncidentOverview(
        scenario.title, scenario.customer.name, engagement.incident, tuple(listed(engagement.incident))
    )


def opened(overview: IncidentOverview, artefact: Artefact) -> Opened:
    """One of them, read. Raises `UsageProblem` where it is not there any more, or torn."""
    if artefact.kind == "tables":
        return Opened(artefact, _table(overview.folder, Path(artefact.path).stem))
    text = content(overview.folder, artefact.path).decode("utf-8", "replace")
    if artefact.kind == LOGS:
        return Opened(artefact, _lines(overview.folder, text))
    return Opened(artefact, text=text[:_TEXT])


def _table(folder: Path, name: str) -> Sheet:
    from labs.engagement.tables import LearnerTables

    with LearnerTables(folder) as tables:
        # All are of one lap, so that its number says nothing.
        columns = [f'"{column.name}"' for column in tables.table(name).columns if column.name != "lap"]
        answer = tables.ask(f'select {", ".join(columns)} from "{name}"', MOST)
    return Sheet(answer.columns, answer.rows, answer.more)


_LINE = re.compile(r"^(\S+ \S+) \[ *(-?[\d.]+)\] (.*)$", re.DOTALL)


def _lines(folder: Path, text: str) -> Sheet:
    """Lines of a log against the clock: the customer's time, the second and the phase, and what was printed."""
    from simulator.evidence.run import CustomerRun

    spans = CustomerRun.read(folder).spans
    found = [match.groups() for match in map(_LINE.match, text.split("\n")) if match]
    rows = [
        (when[5:], float(at), next((s.name for s in spans if s.begins <= float(at) < s.ends), None), line)
        for when, at, line in found[:MOST]
    ]
    return Sheet(("clock", "second", "phase", "line"), rows, len(found) > MOST)


@dataclass(frozen=True)
class View:
    """What of a sheet is looked at."""

    words: str = ""
    """All must occur in a row; `cause=wrong`, `amount<-100` are about one column."""
    by: str | None = None
    """Column that it is sorted by; None: as the rows came."""
    down: bool = False
    """Whether the largest comes first."""

    def of(self, sheet: Sheet) -> list[tuple[Any, ...]]:
        """Return the rows that are wanted, in order; what is missing comes last."""
        asked = [_wanted(word, sheet.columns) for word in self.words.split()]
        rows = [row for row in sheet.rows if all(one(row) for one in asked)]
        if self.by not in sheet.columns:
            return rows
        index = sheet.columns.index(self.by)
        there = [row for row in rows if row[index] is not None]
        there.sort(key=lambda row: row[index], reverse=self.down)
        return there + [row for row in rows if row[index] is None]

    def sorted_by(self, column: str) -> "View":
        """Sorted by that column; by the same again, the other way round; a third time, as the rows came."""
        if self.by != column:
            return View(self.words, column)
        return View(self.words, column, True) if not self.down else View(self.words)


@dataclass(frozen=True)
class _About:
    """A condition on one column."""

    index: int
    how: str
    value: str
    number: float | None = field(default=None)

    def __call__(self, row: Sequence[Any]) -> bool:
        found = row[self.index]
        if self.how in ("=", "!="):
            same = _plain(found) == self.value or (self.number is not None and found == self.number)
            return same is (self.how == "=")
        if found is None:
            return False
        if self.number is not None and isinstance(found, int | float):
            return bool(_OPERATORS[self.how](found, self.number))
        return bool(_OPERATORS[self.how](_plain(found), self.value))


@dataclass(frozen=True)
class _Anywhere:
    """A word that must occur in some column."""

    word: str

    def __call__(self, row: Sequence[Any]) -> bool:
        return any(self.word in _plain(value) for value in row)


def _wanted(word: str, columns: Sequence[str]) -> "_About | _Anywhere":
    match = _ASKS.fullmatch(word)
    if match is None or match[1] not in columns:
        return _Anywhere(word.casefold())
    try:
        number = float(match[3])
    except ValueError:
        number = None
    return _About(columns.index(match[1]), match[2], match[3].casefold(), number)


def _plain(value: Any) -> str:
    return "null" if value is None else str(value).casefold()
