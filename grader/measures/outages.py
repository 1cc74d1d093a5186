"""Find outages as a client sees them, for the measures of circuit breakers.

A breaker opens after several failures in a row: from then on calls fail immediately, and only an occasional probe goes
out, until one succeeds and the breaker closes (M. Nygard, Release It!, 2nd ed. 2018, ch. 5).
"""

from pydantic import Field

from grader.measures.attempts import LinkParams, attempts


class OutageParams(LinkParams):
    """Parameters of the measures of circuit breakers. The phases looked at must include the beginning of the outage."""

    failures: int = Field(default=5, ge=1)
    """Failures in a row after which a client has seen enough."""


def outages(params: OutageParams) -> str:
    """Return a subquery for outages as (lap, opened, closed).

    An outage begins when enough attempts have failed, and lasts until the next successful attempt began; without one,
    until traffic and attempts end.
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
