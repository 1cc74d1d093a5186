"""Check that the rows which a brief cites exist, and that they are those which the claimed cause is about."""

from collections.abc import Collection, Iterator

from grader.brief.parts import Part, Reading
from grader.brief.truth import Truth, view
from scenarios.brief_model import Cited
from scenarios.claims import Claims
from scenarios.model import Scenario
from scenarios.problems import did_you_mean
from scenarios.shape import Loc
from simulator.evidence.reader import Evidence
from simulator.evidence.sql import name, text

LEAST = 0.1
"""A cause of this share of the loss must be shown; one of less may be."""
AGREES = 0.8
"""From this agreement on (F1, van Rijsbergen 1979) evidence shows its cause."""


class NotThere(LookupError):
    """The incident lacks a cited table, column or value; the message suggests what may have been meant."""

    def __init__(self, what: str, loc: Loc, hint: str | None = None, *, key: bool = False) -> None:
        super().__init__(what)
        self.loc = loc
        """Where in the citation it is."""
        self.hint = hint
        self.key = key


def judge(reading: Reading, evidence: Evidence, true: Truth, points: float) -> Iterator[Part]:
    """Yield a part for each cause that is large enough; it is earned when what is cited shows that very cause.

    Raises `duckdb.Error` when the author's expression of a key cannot be asked.
    """
    causes = true.above(LEAST)
    for cause in causes:
        yield Part(part(cause, reading), points / len(causes), _missed(reading, evidence, true, cause))


def part(cause: str, reading: Reading) -> str:
    """Return the name of the part for a cause: one that is not claimed is not given away."""
    claimed = [*reading.brief.claims]
    return f"evidence: {cause}" if cause in claimed else "evidence: a cause that is not claimed"


def _missed(reading: Reading, evidence: Evidence, true: Truth, cause: str) -> str | None:
    claim = reading.brief.claims.get(cause)
    if claim is None:
        return reading.says("There is more to it than you tell me: a part of what we lost has another cause.")
    says = reading.spec.claims.causes[cause].says
    if not claim.evidence:
        return reading.says(f"Says who? You show me nothing that I could look up for “{says}”.")
    cited: set[str] = set()
    for one in claim.evidence:
        try:
            cited |= keys(evidence, reading.scenario, reading.spec.claims, one)
        except NotThere as error:
            return reading.says(f"I looked up the rows of {one.table} that you name, and {error}.")
    if agreement(cited & true.everything, true.keys[cause]) >= AGREES:
        return None
    few = len(cited & true.keys[cause]) < AGREES * len(true.keys[cause])
    told = "They are only some of those that it is about" if few else "Many of them have nothing to do with it"
    return reading.says(f"I looked up the rows that you name for “{says}”. {told}.")


def agreement(cited: Collection[str], true: Collection[str]) -> float:
    """Return how well what is cited agrees with what is true, from 0 to 1: the harmonic mean of both their shares."""
    both = len(set(cited) & set(true))
    return 2 * both / (len(cited) + len(true)) if both else 0.0


def keys(evidence: Evidence, scenario: Scenario, claims: Claims, cited: Cited) -> set[str]:
    """Return what the cited rows are about, in the phases that the loss is about.

    Raises `NotThere` when the incident has nothing like it.
    """
    if cited.table not in claims.keys:
        known = ", ".join(claims.keys)
        said = f"there is no table {cited.table!r}"
        if cited.table in evidence.tables:
            said = f"its rows do not say what they are about: cite {known}"
        raise NotThere(said, ("table",), did_you_mean(cited.table, claims.keys))
    rows = selected(evidence, cited)
    sql = f"select distinct ({claims.keys[cited.table]})::varchar from ({rows}) as {name(cited.table)}"
    found = evidence.ask(view(evidence, scenario, claims, sql).sql(sql))
    return {key for (key,) in found if key}


def selected(evidence: Evidence, cited: Cited) -> str:
    """Return the SQL query for the rows that a citation selects.

    It is built from nothing but names and values, so whatever a brief says, the query is valid and answers quickly.
    Raises `NotThere` when it names something that the incident does not have.
    """
    known = evidence.tables.get(cited.table)
    if known is None:
        raise NotThere(f"there is no table {cited.table!r}", ("table",), did_you_mean(cited.table, evidence.tables))
    # What only the examiner knows cannot be cited.
    columns = {column.name for column in known.shown} | {"phase"}
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
