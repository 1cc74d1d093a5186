"""Measure how far apart the smallest and the largest value in a column are."""

from grader.context import EvidenceView
from grader.measures.base import Measure, Observation, TableParams, its_table
from simulator.evidence.sql import name


class SpreadParams(TableParams):
    """Parameters of `spread`."""

    column: str
    """A column of numbers in the table."""


def take(view: EvidenceView, params: SpreadParams) -> Observation:
    """Return the largest value less the smallest; no number where there are no rows."""
    table, column = name(params.table), name(params.column)
    sql = f"select max({column}) - min({column}) from {table}"
    return Observation(view.number(sql), "any", sql, f"how far apart the values of {params.column} are")


MEASURE = Measure(
    name="spread",
    about="how far apart the values of a column are",
    params=SpreadParams,
    unit="any",
    take=take,
    reads=its_table,
)
