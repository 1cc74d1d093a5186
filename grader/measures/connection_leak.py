"""Connections that stand open and are never used again.

A pool keeps some that way, for a while; a client that does not close what failed, or makes a new pool for every
request, keeps ever more, until either side has no sockets left.
"""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.base import Measure, MeasureParams, Observation
from simulator.evidence.sql import text


class ConnectionLeakParams(MeasureParams):
    """Parameters of `connection-leak`."""

    link: str = Field(json_schema_extra={"connections": "link"})
    """A part, whatever it speaks."""


def take(grounds: EvidenceView, params: ConnectionLeakParams) -> Observation:
    """The most connections at once, of those opened in the phases, over which nothing went any more."""
    ours = f"from connections where link = {text(params.link)}"
    sql = f"""
        select coalesce(max(idle), 0) from (
            select sum(more) over (partition by lap order by moment, more rows unbounded preceding) as idle from (
                select lap, used_at as moment, 1 as more {ours}
                union all select lap, closed_at, -1 {ours} and closed_at is not null
            )
        )"""
    total = int(grounds.number(f"select count(*) {ours}") or 0)
    never = int(grounds.number(f"select count(*) {ours} and closed_at is null") or 0)
    return Observation(
        grounds.number(sql),
        "count",
        sql,
        f"{total} connections on {params.link}; {never} were never closed",
        high=f"select * {ours} order by coalesce(closed_at, 'infinity') - used_at desc",
    )


CONNECTION_LEAK = Measure(
    name="connection-leak",
    about="most connections at once that stood open on a link and were never used again",
    params=ConnectionLeakParams,
    unit="count",
    take=take,
    reads=lambda _evidence, _params: frozenset({"connections"}),
)
