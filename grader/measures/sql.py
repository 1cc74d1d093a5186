"""A question of the scenario's own that answers one number."""

import duckdb

from grader.context import EvidenceView, Unobservable
from grader.measures.base import Measure, MeasureParams, Observation
from simulator.evidence.reader import Evidence


class SqlParams(MeasureParams):
    """Parameters of `sql`."""

    sql: str
    """A SELECT that answers one row with one number."""


def question(params: SqlParams) -> str:
    """The question as one value in a larger one. Raises `Unobservable` when it is not exactly one SELECT."""
    try:
        statements = duckdb.extract_statements(params.sql)
    except duckdb.Error:
        # Asking it gives the better complaint, with the place.
        return params.sql
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise Unobservable("the question is not one SELECT")
    return f"select * from (\n{params.sql.strip().rstrip(';')}\n)"


def take(grounds: EvidenceView, params: SqlParams) -> Observation:
    """Raises `Unobservable` when the answer is not one number."""
    sql = question(params)
    value = grounds.number(sql)
    return Observation(value, "any", sql, "" if value is not None else "the question has no answer in this evidence")


def reads(evidence: Evidence, params: SqlParams) -> frozenset[str]:
    """The evidence tables in the question."""
    return evidence.mentions(question(params))


SQL = Measure(
    name="sql",
    about="a question to the evidence that answers one number",
    params=SqlParams,
    unit="any",
    take=take,
    reads=reads,
)
