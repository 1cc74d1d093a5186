"""Measure how long the deployment waits for an answer: without a time-out, one missing answer blocks a worker for ever.

See "Timeouts" in M. Nygard, Release It! (2nd ed. 2018, ch. 5).
"""

from grader.context import EvidenceView
from grader.measures.attempts import LinkParams
from grader.measures.base import Measure, Observation
from simulator.evidence.sql import text


def take(view: EvidenceView, params: LinkParams) -> Observation:
    """Return the longest attempt in seconds, until an answer came, the deployment gave up, or the lap ended."""
    rows = f'(select *, ended_at - "at" as seconds from attempts where link = {text(params.link)} and ({params.where}))'
    sql = f"select coalesce(max(seconds), 0) from {rows}"
    total = int(view.number(f"select count(*) from {rows}") or 0)
    left = int(view.number(f"select count(*) from {rows} where result = 'left'") or 0)
    return Observation(
        view.number(sql),
        "seconds",
        sql,
        f"the longest of {total} attempts on {params.link}; the deployment gave up {left} of them",
        low=f"select * from {rows} order by seconds",
        high=f"select * from {rows} order by seconds desc",
    )


NO_TIMEOUT = Measure(
    name="no-timeout",
    about="the longest that the deployment waited for an answer on a link",
    params=LinkParams,
    unit="seconds",
    take=take,
    reads=lambda _evidence, _params: frozenset({"attempts"}),
)
