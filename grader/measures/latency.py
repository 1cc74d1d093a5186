"""Measure how long answers took, at a quantile, counted from when each request was due.

Counting from the due time keeps a stalled server from hiding the requests that had to wait for it (G. Tene,
"coordinated omission").
"""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.base import ANSWERED, Measure, MeasureParams, Observation
from scenarios.units import Share, Wall
from simulator.evidence.sql import text


class LatencyParams(MeasureParams):
    """Parameters of `latency`."""

    stream: str
    """Name of the traffic in the scenario."""
    quantile: Share = Field(default=0.95, gt=0)
    """`95%`: the fastest 95 % of requests took at most this long."""
    unanswered: Wall | None = None
    """How long an unanswered or failed request counts; left out: infinitely long."""


def take(view: EvidenceView, params: LatencyParams) -> Observation:
    """Return the nearest-rank quantile over all intended requests, in seconds."""
    stream = f"stream = {text(params.stream)}"
    never = "'infinity'::double" if params.unanswered is None else f"{params.unanswered!r}::double"
    seconds = f"coalesce(case when {ANSWERED} then done_at - intended_at end, {never})"
    sql = f"select quantile_disc({seconds}, {params.quantile!r}) from requests where {stream}"
    total = int(view.number(f"select count(*) from requests where {stream}") or 0)
    if not total:
        return Observation(None, "seconds", sql, f"no request of {params.stream} was intended")
    silent = int(view.number(f"select count(*) from requests where {stream} and not ({ANSWERED})") or 0)
    by_latency = f"select *, {seconds} as seconds from requests where {stream} order by seconds"
    return Observation(
        view.number(sql),
        "seconds",
        sql,
        f"{params.quantile * 100:g} % of {total} requests took no longer"
        + (f"; {silent} got no answer" if silent else ""),
        low=by_latency,
        high=f"{by_latency} desc",
    )


LATENCY = Measure(
    name="latency",
    about="how long answers took at a quantile, counted from when a request was due",
    params=LatencyParams,
    unit="seconds",
    take=take,
    reads=lambda _evidence, _params: frozenset({"requests"}),
    latency=True,
)
