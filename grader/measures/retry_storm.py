"""Measure retry amplification: retries multiply the load on a system that is already failing.

See B. Beyer et al., Site Reliability Engineering, 2016, ch. 22, "Addressing Cascading Failures": three layers that try
three times each make 27 attempts out of one.
"""

from grader.context import EvidenceView
from grader.measures.attempts import LinkParams, retries
from grader.measures.base import Measure, Observation


def take(view: EvidenceView, params: LinkParams) -> Observation:
    """Return attempts ÷ first attempts: 1 when nothing was retried, 5 when everything was tried four more times."""
    rows = retries(params)
    sql = f"select coalesce(count(*) / nullif(count(*) filter (where not retry), 0), 0) from {rows}"
    total = int(view.number(f"select count(*) from {rows}") or 0)
    again = int(view.number(f"select count(*) from {rows} where retry") or 0)
    return Observation(
        view.number(sql),
        "count",
        sql,
        f"{again} of {total} attempts on {params.link} were retries",
        high=f'select * from {rows} where retry order by lap, operation, "at"',
    )


RETRY_STORM = Measure(
    name="retry-storm",
    about="attempts for each thing that was tried on a link, retries included",
    params=LinkParams,
    unit="count",
    take=take,
    reads=lambda _evidence, _params: frozenset({"attempts"}),
)
