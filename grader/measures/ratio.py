"""Measure the share of a table's rows that meet a condition."""

from grader.context import EvidenceView
from grader.measures.base import Measure, Observation, TableParams, its_table, rows_of, things
from simulator.evidence.sql import name


class RatioParams(TableParams):
    """Parameters of `ratio`."""

    of: str
    """SQL condition for the rows to count."""
    among: str = "true"
    """SQL condition for the rows to compare with; left out: every row."""


def take(view: EvidenceView, params: RatioParams) -> Observation:
    """Return the share; no number when there are no rows."""
    table, both = name(params.table), f"({params.of}) and ({params.among})"
    sql = f"select count(*) filter (where {both}) / count(*) filter (where ({params.among})) from {table}"
    among = int(view.number(f"select count(*) from {table} where ({params.among})") or 0)
    counted = int(view.number(f"select count(*) from {table} where {both}") or 0)
    if not among:
        return Observation(None, "share", sql, f"no row of {params.table} of which a share could be taken")
    return Observation(
        counted / among,
        "share",
        sql,
        f"{counted} of {among} {things(params.table)}",
        low=rows_of(view, params.table, f"({params.among}) and (({params.of}) is not true)"),
        high=rows_of(view, params.table, both),
    )


RATIO = Measure(
    name="ratio",
    about="share of rows that meet a condition, among those that meet another",
    params=RatioParams,
    unit="share",
    take=take,
    reads=its_table,
)
