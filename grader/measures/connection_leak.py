"""Measure connections that stay open and are never used again.

A pool keeps some of them for a while. A client that does not close failed connections, or makes a new pool for every
request, keeps more and more, until one side runs out of sockets.
"""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.base import Measure, MeasureParams, Observation
from simulator.evidence.sql import text


class ConnectionLeakParams(MeasureParams):
    """Parameters of `connection-leak`."""

    link: str = Field(json_schema_extra={"connections": "link"})
    """A part, whatever it speaks."""


def take(view: EvidenceView, params: ConnectionLeakParams) -> Observation:
    """Return the most connections that were open at once and idle for good, of those opened in the phases."""
    ours = f"from connections where link = {text(params.link)}"
    sql = f"""
        select coalesce(max(idle), 0) from (
            select sum(more) over (partition by lap order by moment, more rows unbounded preceding) as idle from (
                select lap, used_at as moment, 1 as more {ours}
                union all select lap, closed_at, -1 {ours} and closed_at is not null
            )
        )"""
    total = int(view.number(f"select count(*) {ours}") or 0)
    never = int(view.number(f"select count(*) {ours} and closed_at is null") or 0)
    return Observation(
        view.number(sql),
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
