"""Measure whether a client repeats a write that may already have been done.

A client that gets no answer to a POST does not know whether it was done, and must not send it again by itself unless
the repetition is harmless (RFC 9110 §9.2.2). An Idempotency-Key makes it harmless
(draft-ietf-httpapi-idempotency-key-header).
"""

from grader.context import EvidenceView
from grader.measures.attempts import LinkParams, attempts
from grader.measures.base import Measure, Observation

_UNKNOWN = "result in ('broken', 'left', 'open') or status in (500, 502, 504)"
_DONE = "status between 200 and 299"


class WriteRepeatedParams(LinkParams):
    """Parameters of `write-repeated`. For a SOAP part, `where` says which actions write."""

    done: bool = False
    """Also count repetitions after a success was answered; wrong where a success may hide an error."""


def take(view: EvidenceView, params: WriteRepeatedParams) -> Observation:
    """Return how many unguarded POSTs and PATCHes repeat an operation that may already have been done."""
    maybe = f"coalesce({_UNKNOWN}{f' or {_DONE}' if params.done else ''}, false)"
    before = "rows between unbounded preceding and 1 preceding"
    earlier = f'over (partition by lap, operation order by "at", ended_at {before})'
    writes = f"{attempts(params)} where method in ('POST', 'PATCH') and not guarded"
    rows = f"(select *, coalesce(bool_or({maybe}) {earlier}, false) as repeated from {writes})"
    sql = f"select count(*) from {rows} where repeated"
    total = int(view.number(f"select count(*) from {rows}") or 0)
    counted = int(view.number(sql) or 0)
    return Observation(
        counted,
        "count",
        sql,
        f"{counted} of {total} writes on {params.link} came after one that may have been done",
        high=f'select * from {rows} where repeated order by lap, operation, "at"',
    )


WRITE_REPEATED = Measure(
    name="write-repeated",
    about="writes that were sent again though an earlier one may have been done",
    params=WriteRepeatedParams,
    unit="count",
    take=take,
    reads=lambda _evidence, _params: frozenset({"attempts"}),
)
