"""Measure whether a client retries before the time that it was told to wait (Retry-After, RFC 9110 §10.2.3)."""

from typing import Literal

from grader.context import EvidenceView
from grader.measures.attempts import SLACK_S, LinkParams, followed
from grader.measures.base import Measure, Observation


class RetryAfterIgnoredParams(LinkParams):
    """Parameters of `retry-after-ignored`."""

    scope: Literal["operation", "link"] = "operation"
    """What has to wait: the same operation alone, or, where a quota is shared, everything on the link."""


def take(view: EvidenceView, params: RetryAfterIgnoredParams) -> Observation:
    """Return answers with Retry-After that were followed too soon ÷ all of them; 0 when there are none."""
    rows = followed(params, "retry_after is not null", params.scope)
    early = f"coalesce(next < ended_at + retry_after - {SLACK_S}, false)"
    sql = f"select coalesce(count(*) filter (where {early}) / nullif(count(*), 0), 0) from {rows}"
    total = int(view.number(f"select count(*) from {rows}") or 0)
    ignored = int(view.number(f"select count(*) from {rows} where {early}") or 0)
    return Observation(
        view.number(sql),
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
