"""Measure whether the deployment keeps calling a system that it has seen failing repeatedly."""

from grader.context import EvidenceView
from grader.measures.attempts import attempts
from grader.measures.base import Measure, Observation
from grader.measures.outages import OutageParams, outages


def take(view: EvidenceView, params: OutageParams) -> Observation:
    """Return attempts ÷ seconds of outage, counted from when enough had failed; less than a second counts as one."""
    down = outages(params)
    rows = f"""(
        select a.*, o.opened from {attempts(params)} a join {down} o
        on o.lap = a.lap and a."at" > o.opened and a."at" < o.closed
    )"""
    seconds = f"(select greatest(coalesce(sum(closed - opened), 0), 1) from {down})"
    sql = f"select (select count(*) from {rows}) / {seconds}"
    sent = int(view.number(f"select count(*) from {rows}") or 0)
    outage = int(view.number(f"select count(*) from {down}") or 0)
    return Observation(
        view.number(sql),
        "per-second",
        sql,
        f"{sent} attempts on {params.link} after {params.failures} failures in a row; that came {outage} times",
        high=f'select * from {rows} order by lap, "at"',
    )


CIRCUIT_NEVER_OPENED = Measure(
    name="circuit-never-opened",
    about="attempts a second on a link after so many failures in a row, until one succeeds",
    params=OutageParams,
    unit="per-second",
    take=take,
    reads=lambda _evidence, _params: frozenset({"attempts", "requests"}),
)
