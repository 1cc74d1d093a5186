"""Whether a client comes again before the time that it was told (Retry-After, RFC 9110 §10.2.3)."""

from typing import Literal

from grader.context import EvidenceView
from grader.measures.attempts import SLACK, LinkParams, followed
from grader.measures.base import Measure, Observation


class RetryAfterIgnoredParams(LinkParams):
    """Parameters of `retry-after-ignored`."""

    scope: Literal["operation", "link"] = "operation"
    """What has to wait: the same alone, or, as where a quota is shared, whatever goes over the link."""


def take(grounds: EvidenceView, params: RetryAfterIgnoredParams) -> Observation:
    """Answers with Retry-After that were followed too soon ÷ all of them; 0 where there is none."""
    rows = followed(params, "retry_after is not null", params.scope)
    early = f"coalesce(next < ended_at + retry_after - {SLACK}, false)"
    sql = f"select coalesce(count(*) filter (where {early}) / nullif(count(*), 0), 0) from {rows}"
    total = int(grounds.number(f"select count(*) from {rows}") or 0)
    ignored = int(grounds.number(f"select count(*) from {rows} where {early}") or 0)
    return Observation(
        grounds.number(sql),
        "share",
        sql,
        f"{ignored} of {total} answers on {params.link} with Retry-After were followed too soon",
        low=f"select * from {rows} where not {early} order by lap, ended_at",
        high=f"select * from {rows} where {early} order by lap, ended_at",
    )


RETRY_AFTER_IGNORED = Measure(
    name="retry-after-ignored",
    about="share of answers with Retry-After that were followed by an attempt before that time",
    params=RetryAfterIgnoredParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"attempts"}),
)
