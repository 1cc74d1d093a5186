"""Measure how often something happened per second of wall time."""

from grader.context import EvidenceView
from grader.measures.base import Measure, Observation, RowParams, its_table, rows_of, things
from simulator.evidence.sql import name


class RateParams(RowParams):
    """Parameters of `rate`."""


def take(view: EvidenceView, params: RateParams) -> Observation:
    """Return rows ÷ wall seconds of the phases looked at."""
    source = f"from {name(params.table)} where ({params.where})"
    sql = f"select count(*) / {view.seconds!r} {source}"
    counted = int(view.number(f"select count(*) {source}") or 0)
    if not view.seconds:
        return Observation(None, "per-second", sql, "the phases looked at lasted no time")
    return Observation(
        counted / view.seconds,
        "per-second",
        sql,
        f"{counted} {things(params.table)} in {view.seconds:g} s",
        low=rows_of(view, params.table, f"({params.where}) is not true"),
        high=rows_of(view, params.table, params.where),
    )


RATE = Measure(
    name="rate",
    about="rows a second of wall time",
    params=RateParams,
    unit="per-second",
    take=take,
    reads=its_table,
)
