"""Measure the largest value in a column."""

from grader.context import EvidenceView, Unobservable
from grader.measures.base import Measure, Observation, TableParams, its_table, things
from simulator.evidence.sql import name


class PeakParams(TableParams):
    """Parameters of `peak`."""

    column: str
    """A column of numbers in it."""
    where: str = "true"
    """SQL condition on its columns; left out: every row."""


def take(view: EvidenceView, params: PeakParams) -> Observation:
    """Return the maximum; no number when there are no rows. Raises `Unobservable` for a column of text."""
    known = view.evidence.tables.get(params.table)
    if known and any(c.name == params.column and c.type == "text" for c in known.columns):
        raise Unobservable(f"column {params.column!r} of {params.table} is text, not a number")
    table, column = name(params.table), name(params.column)
    sql = f"select max({column}) from {table} where ({params.where})"
    peak = view.number(sql)
    if peak is None:
        return Observation(None, "any", sql, f"no row of {params.table} to take {params.column} of")
    rows = int(view.number(f"select count({column}) from {table} where ({params.where})") or 0)
    by_value = f"select * from {table} where ({params.where}) and {column} is not null order by {column}"
    return Observation(
        peak, "any", sql, f"the highest of {rows} {things(params.table)}", low=by_value, high=f"{by_value} desc"
    )


PEAK = Measure(
    name="peak",
    about="largest value in a column",
    params=PeakParams,
    unit="any",
    take=take,
    reads=its_table,
)
