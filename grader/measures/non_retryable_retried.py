"""Measure whether a client repeats a request that was refused for good: it gets the same answer (RFC 9110 §15.5)."""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.attempts import LinkParams, followed
from grader.measures.base import Measure, Observation
from scenarios.units import Wall


class NonRetryableParams(LinkParams):
    """Parameters of `non-retryable-retried`."""

    statuses: list[int] = Field(default=[400, 403, 404, 405, 410, 413, 415, 422], min_length=1)
    """Status codes that refuse for good; 401 is not one of them, because a client may log in and try again."""
    within: Wall = Field(default=5.0, gt=0)
    """An attempt that comes later counts as a new operation."""


def take(view: EvidenceView, params: NonRetryableParams) -> Observation:
    """Return final refusals that were followed by another attempt ÷ all final refusals; 0 when there are none."""
    rows = followed(params, f"result = 'answered' and status in ({', '.join(map(str, params.statuses))})")
    again = f"coalesce(next < ended_at + {params.within!r}, false)"
    sql = f"select coalesce(count(*) filter (where {again}) / nullif(count(*), 0), 0) from {rows}"
    total = int(view.number(f"select count(*) from {rows}") or 0)
    retried = int(view.number(f"select count(*) from {rows} where {again}") or 0)
    return Observation(
        view.number(sql),
        "share",
        sql,
        f"{retried} of {total} refusals for good on {params.link} were followed by the same again",
        low=f"select * from {rows} where not {again} order by lap, ended_at",
        high=f"select * from {rows} where {again} order by lap, ended_at",
    )


NON_RETRYABLE_RETRIED = Measure(
    name="non-retryable-retried",
    about="share of refusals for good that were followed by the same again",
    params=NonRetryableParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"attempts"}),
)
