"""Measure whether a client retries immediately after a failure.

Retries without a pause hit a system while it is down, and all clients together when it comes back (M. Brooker,
"Exponential Backoff And Jitter", AWS Architecture Blog, 2015). With full jitter single pauses may be short: allow for
some.
"""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.attempts import LinkParams, retries
from grader.measures.base import Measure, Observation
from scenarios.units import Wall


class NoBackoffParams(LinkParams):
    """Parameters of `no-backoff`."""

    least: Wall = Field(default=0.1, gt=0)
    """A retry after a shorter pause counts as immediate."""


def take(view: EvidenceView, params: NoBackoffParams) -> Observation:
    """Return immediate retries ÷ all retries; 0 when nothing was retried."""
    rows = f"(select * from {retries(params)} where retry)"
    hasty = f"waited < {params.least!r}"
    sql = f"select coalesce(count(*) filter (where {hasty}) / nullif(count(*), 0), 0) from {rows}"
    total = int(view.number(f"select count(*) from {rows}") or 0)
    at_once = int(view.number(f"select count(*) from {rows} where {hasty}") or 0)
    return Observation(
        view.number(sql),
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
