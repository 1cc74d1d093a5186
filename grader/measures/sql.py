"""Measure with the scenario's own query, which answers one number."""

import duckdb

from grader.context import EvidenceView, Unobservable
from grader.measures.base import Measure, MeasureParams, Observation
from simulator.evidence.reader import Evidence


class SqlParams(MeasureParams):
    """Parameters of `sql`."""

    sql: str
    """A SELECT that answers one row with one number."""


def question(params: SqlParams) -> str:
    """Return the query as one value inside a larger query. Raises `Unobservable` when it is not exactly one SELECT."""
    try:
        statements = duckdb.extract_statements(params.sql)
    except duckdb.Error:
        # Asking it gives the better complaint, with the place.
        return params.sql
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise Unobservable("the question is not one SELECT")
    return f"select * from (\n{params.sql.strip().rstrip(';')}\n)"


def take(view: EvidenceView, params: SqlParams) -> Observation:
    """Return the number that the query answers. Raises `Unobservable` when it does not answer one number."""
    sql = question(params)
    value = view.number(sql)
    return Observation(value, "any", sql, "" if value is not None else "the question has no answer in this evidence")


def reads(evidence: Evidence, params: SqlParams) -> frozenset[str]:
    """Return the evidence tables that the query reads."""
    return evidence.mentions(question(params))


SQL = Measure(
    name="sql",
    about="a question to the evidence that answers one number",
    params=SqlParams,
    unit="any",
    take=take,
    reads=reads,
)
