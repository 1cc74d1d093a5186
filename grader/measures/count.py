"""Count the rows of a table that meet a condition."""

from grader.context import EvidenceView
from grader.measures.base import Measure, Observation, RowParams, its_table, rows_of, things
from simulator.evidence.sql import name


class CountParams(RowParams):
    """Parameters of `count`."""


def take(view: EvidenceView, params: CountParams) -> Observation:
    """Return the count. A count of no rows is 0, which is a number."""
    sql = f"select count(*) from {name(params.table)} where ({params.where})"
    counted = int(view.number(sql) or 0)
    total = int(view.number(f"select count(*) from {name(params.table)}") or 0)
    return Observation(
        counted,
        "count",
        sql,
        f"{counted} of {total} {things(params.table)}",
        low=rows_of(view, params.table, f"({params.where}) is not true"),
        high=rows_of(view, params.table, params.where),
    )


COUNT = Measure(
    name="count",
    about="rows of a table that meet a condition",
    params=CountParams,
    unit="count",
    take=take,
    reads=its_table,
)
