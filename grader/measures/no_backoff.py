"""Whether a client that failed tries again at once.

Retries without a wait hit a system while it is down, and all clients together when it comes back (M. Brooker,
"Exponential Backoff And Jitter", AWS Architecture Blog, 2015). With full jitter single waits may be short: leave room.
"""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.attempts import LinkParams, retries
from grader.measures.base import Measure, Observation
from scenarios.units import Wall


class NoBackoffParams(LinkParams):
    """Parameters of `no-backoff`."""

    least: Wall = Field(default=0.1, gt=0)
    """A retry that waited less came at once."""


def take(grounds: EvidenceView, params: NoBackoffParams) -> Observation:
    """Retries that came at once ÷ retries; 0 where nothing was retried."""
    rows = f"(select * from {retries(params)} where retry)"
    hasty = f"waited < {params.least!r}"
    sql = f"select coalesce(count(*) filter (where {hasty}) / nullif(count(*), 0), 0) from {rows}"
    total = int(grounds.number(f"select count(*) from {rows}") or 0)
    at_once = int(grounds.number(f"select count(*) from {rows} where {hasty}") or 0)
    return Observation(
        grounds.number(sql),
        "share",
        sql,
        f"{at_once} of {total} retries on {params.link} came within {params.least * 1000:g} ms",
        low=f"select * from {rows} where not ({hasty}) order by waited",
        high=f"select * from {rows} where {hasty} order by waited",
    )


NO_BACKOFF = Measure(
    name="no-backoff",
    about="share of retries on a link that came at once",
    params=NoBackoffParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"attempts"}),
)
