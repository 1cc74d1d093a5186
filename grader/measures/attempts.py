"""What measures of client behaviour share: how attempts failed, and which attempt follows which.

They look at what the deployment sent over one link, in table `attempts`. Several attempts at the same (by business key,
else with the same bytes) are one operation. A client that does nothing is innocent of all of it, so where there is
nothing to count they are 0; that it answers its own callers is the business of `availability`.
"""

from pydantic import Field

from grader.measures.base import MeasureParams
from simulator.evidence.sql import text


class LinkParams(MeasureParams):
    """Parameters of a measure of how the deployment uses a link."""

    link: str = Field(json_schema_extra={"attempts": "link"})
    """A part that speaks HTTP."""
    where: str = "true"
    """SQL condition on the columns of `attempts`; left out: every attempt."""


FAILED = """coalesce(
    result in ('broken', 'left', 'refused') or status >= 500 or status in (408, 425, 429), false)"""
"""SQL condition: the attempt may succeed another time. There was no complete answer, or one that says so (RFC 9110
§15.5.9, §15.6, RFC 6585 §4)."""

SLACK_S = 0.02
"""Seconds by which an attempt may seem too early, because two sockets are read in any order."""


def attempts(params: LinkParams) -> str:
    """Return a subquery for the attempts to look at, each with whether it `failed`."""
    return f"(select *, {FAILED} as failed from attempts where link = {text(params.link)} and ({params.where}))"


def retries(params: LinkParams) -> str:
    """Return a subquery for the attempts, each with whether it is a `retry` and how many seconds it `waited`.

    A retry begins after an earlier attempt at the same operation has failed; `waited` counts from that failure.
    """
    before = 'over (partition by lap, operation order by "at", ended_at)'
    return f"""(
        select *, coalesce(failed_before and "at" >= ended_before - {SLACK_S}, false) as retry,
            greatest("at" - ended_before, 0) as waited
        from (
            select *, lag(failed) {before} as failed_before, lag(ended_at) {before} as ended_before
            from {attempts(params)} where operation is not null
        )
    )"""


def followed(params: LinkParams, which: str, same: str = "operation") -> str:
    """Return a subquery for the attempts that meet a condition, each with the time when the `next` one began.

    `next` is null when none began after it had ended. `same` is the column whose value both attempts share.
    """
    return f"""(
        select a.*, b."at" as next
        from (select * from {attempts(params)} where operation is not null and ({which})) a
        asof left join (select lap, {same}, "at" from {attempts(params)} where operation is not null) b
        on a.lap = b.lap and a.{same} = b.{same} and a.ended_at < b."at"
    )"""
