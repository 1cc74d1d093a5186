"""How many times over the deployment tries: retries multiply the load on a system that is failing already.

Retry amplification, as B. Beyer et al. call it (Site Reliability Engineering, 2016, ch. 22, "Addressing Cascading
Failures"): three layers that try three times each make 27 attempts of one.
"""

from grader.context import EvidenceView
from grader.measures.attempts import LinkParams, retries
from grader.measures.base import Measure, Observation


def take(grounds: EvidenceView, params: LinkParams) -> Observation:
    """Attempts ÷ first attempts: 1 where nothing was retried, 5 where each was tried four more times."""
    rows = retries(params)
    sql = f"select coalesce(count(*) / nullif(count(*) filter (where not retry), 0), 0) from {rows}"
    total = int(grounds.number(f"select count(*) from {rows}") or 0)
    again = int(grounds.number(f"select count(*) from {rows} where retry") or 0)
    return Observation(
        grounds.number(sql),
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
