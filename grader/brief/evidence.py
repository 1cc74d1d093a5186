"""Check that the rows which a brief cites exist, and that they show the cause as the author defined it."""

from collections.abc import Iterator

from grader.brief.parts import Part, Reading
from scenarios.brief import Cited
from scenarios.problems import did_you_mean
from scenarios.shape import Loc
from simulator.evidence.reader import Evidence
from simulator.evidence.sql import name, text

MOST_OFF = 0.2
"""Largest share of the cited rows that may be unrelated to the cause."""


class NotThere(LookupError):
    """The incident lacks a cited table, column or value; the message suggests what may have been meant."""

    def __init__(self, what: str, loc: Loc, hint: str | None = None, *, key: bool = False) -> None:
        super().__init__(what)
        self.loc = loc
        """Where in the citation it is."""
        self.hint = hint
        self.key = key


def judge(reading: Reading, evidence: Evidence, weight: float) -> Iterator[Part]:
    """Yield one part, which is earned when some citation shows the cause.

    Raises `duckdb.Error` when the author's condition cannot be asked.
    """
    cited, missed = reading.brief.evidence, None
    if not cited:
        missed = reading.says("Says who? You show me nothing that I could look up.")
    else:
        reasons = [_missed(reading, evidence, one) for one in cited]
        missed = None if None in reasons else reasons[0]
    yield Part("evidence", weight, missed)


def _missed(reading: Reading, evidence: Evidence, cited: Cited) -> str | None:
    try:
        rows = selected(evidence, cited)
    except NotThere as error:
        return reading.says(f"I looked up the rows of {cited.table} that you name, and {error}.")
    shows = reading.spec.evidence.get(cited.table, "false")
    ((there, good),) = evidence.ask(f"select count(*), count(*) filter (where ({shows})) from ({rows})")
    if not there:
        return reading.says(f"I looked up the rows of {cited.table} that you name: no row is like that.")
    if good < (1 - MOST_OFF) * there:
        return reading.says(f"I looked up the rows of {cited.table} that you name. They do not show what you say.")
    return None


def selected(evidence: Evidence, cited: Cited) -> str:
    """Return the SQL query for the rows that a citation selects.

    It is built from nothing but names and values, so whatever a brief says, the query is valid and answers quickly.
    Raises `NotThere` when it names something that the incident does not have.
    """
    known = evidence.tables.get(cited.table)
    if known is None:
        raise NotThere(f"there is no table {cited.table!r}", ("table",), did_you_mean(cited.table, evidence.tables))
    columns = {column.name for column in known.columns} | {"phase"}
    for column, values in cited.rows.items():
        if column not in columns:
            loc: Loc = ("rows", column)
            raise NotThere(f"it has no column {column!r}", loc, did_you_mean(column, columns), key=True)
        for value in values:
            ((there,),) = evidence.ask(f"select count(*) from {name(cited.table)} where {_like(column, value)}")
            if not there:
                raise NotThere(f"no row has {column} {value!r}", ("rows", column))
    chosen = [f"({' or '.join(_like(column, value) for value in values)})" for column, values in cited.rows.items()]
    return f"select * from {name(cited.table)} where {' and '.join(chosen)}"


def _like(column: str, value: str) -> str:
    """Return the SQL condition that a column, as text, matches this value; `*` matches any text."""
    escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%")
    return f"{name(column)}::varchar like {text(escaped)} escape '\\'"
