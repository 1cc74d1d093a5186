"""Outages as a client meets them, for the measures of circuit breakers (M. Nygard, Release It!, 2nd ed. 2018, ch. 5).

A breaker opens after some failures in a row: from then on calls fail at once, and only a probe now and then goes out,
until one succeeds and the breaker closes.
"""

from pydantic import Field

from grader.measures.attempts import LinkParams, attempts


class OutageParams(LinkParams):
    """Parameters of the measures of circuit breakers. Phases looked at must hold the outage's begin."""

    failures: int = Field(default=5, ge=1)
    """After so many in a row, whoever calls has seen enough."""


def outages(params: OutageParams) -> str:
    """(lap, opened, closed): from when enough had failed until the attempt that succeeded next began. A subquery.

    Without such an attempt it lasts as long as there is traffic, or attempts.
    """
    over = 'over (partition by lap order by ended_at, "at" rows unbounded preceding)'
    return f"""(
        with known as (
            select *, sum((not failed)::int) {over} as streak from {attempts(params)} where result <> 'open'
        ), failures as (
            select lap, streak, ended_at, row_number() over (partition by lap, streak order by ended_at) as nth
            from known where failed
        ), last as (
            select lap, max(moment) as moment from (
                select lap, intended_at as moment from requests union all select lap, ended_at from known
            ) group by lap
        )
        select f.lap, f.ended_at as opened, coalesce(s."at", last.moment) as closed
        from failures f join last on last.lap = f.lap
        left join known s on s.lap = f.lap and not s.failed and s.streak = f.streak + 1
        where f.nth = {params.failures} and coalesce(s."at", last.moment) > f.ended_at
    )"""
