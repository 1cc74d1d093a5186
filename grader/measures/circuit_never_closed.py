"""Measure whether the deployment tries a failed system again after it has stopped calling it."""

from grader.context import EvidenceView
from grader.measures.attempts import attempts
from grader.measures.base import Measure, Observation
from grader.measures.outages import OutageParams, outages


def take(view: EvidenceView, params: OutageParams) -> Observation:
    """Return the longest pause on the link in an outage: from one attempt to the next, or until traffic ends."""
    down = outages(params)
    moments = f"""(
        select lap, opened, opened as moment from {down} union all select lap, opened, closed from {down}
        union all select o.lap, o.opened, a."at"
        from {down} o join {attempts(params)} a on o.lap = a.lap and a."at" > o.opened and a."at" < o.closed
    )"""
    silent = "moment - lag(moment) over (partition by lap, opened order by moment)"
    rows = f'(select lap, opened, moment as "at", {silent} as silent from {moments})'
    sql = f"select coalesce(max(silent), 0) from {rows}"
    outage = int(view.number(f"select count(*) from {down}") or 0)
    return Observation(
        view.number(sql),
        "seconds",
        sql,
        f"the longest silence on {params.link} after {params.failures} failures in a row; that came {outage} times",
        high=f"select * from {rows} where silent is not null order by silent desc",
    )


CIRCUIT_NEVER_CLOSED = Measure(
    name="circuit-never-closed",
    about="the longest that a link was not tried after so many failures in a row",
    params=OutageParams,
    unit="seconds",
    take=take,
    reads=lambda _evidence, _params: frozenset({"attempts", "requests"}),
)
