"""How often something happened per second of wall time."""

from grader.context import EvidenceView
from grader.measures.base import Measure, MeasureParams, Observation, rows_of, things
from simulator.evidence.sql import name


class RateParams(MeasureParams):
    """Parameters of `rate`."""

    table: str
    """An evidence table."""
    where: str = "true"
    """SQL condition on its columns; left out: every row."""


def take(grounds: EvidenceView, params: RateParams) -> Observation:
    """Rows ÷ wall seconds of the phases looked at."""
    source = f"from {name(params.table)} where ({params.where})"
    sql = f"select count(*) / {grounds.seconds!r} {source}"
    counted = int(grounds.number(f"select count(*) {source}") or 0)
    if not grounds.seconds:
        return Observation(None, "per-second", sql, "the phases looked at lasted no time")
    return Observation(
        counted / grounds.seconds,
        "per-second",
        sql,
        f"{counted} {things(params.table)} in {grounds.seconds:g} s",
        low=rows_of(grounds, params.table, f"({params.where}) is not true"),
        high=rows_of(grounds, params.table, params.where),
    )


RATE = Measure(
    name="rate",
    about="rows a second of wall time",
    params=RateParams,
    unit="per-second",
    take=take,
    reads=lambda _evidence, params: frozenset({params.table}),
)
