"""How long the deployment waits for an answer: without a time-out, one that never comes holds a worker for ever.

"Timeouts" in M. Nygard, Release It! (2nd ed. 2018, ch. 5).
"""

from grader.context import EvidenceView
from grader.measures.attempts import LinkParams
from grader.measures.base import Measure, Observation
from simulator.evidence.sql import text


def take(grounds: EvidenceView, params: LinkParams) -> Observation:
    """The longest that an attempt took, whether an answer came, the deployment left, or the lap ended."""
    rows = f'(select *, ended_at - "at" as seconds from attempts where link = {text(params.link)} and ({params.where}))'
    sql = f"select coalesce(max(seconds), 0) from {rows}"
    total = int(grounds.number(f"select count(*) from {rows}") or 0)
    left = int(grounds.number(f"select count(*) from {rows} where result = 'left'") or 0)
    return Observation(
        grounds.number(sql),
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
