"""Measure the share of intended requests that were answered, correctly or not."""

from grader.context import EvidenceView
from grader.measures.base import ANSWERED, Measure, MeasureParams, Observation, rows_of
from simulator.evidence.sql import text


class AvailabilityParams(MeasureParams):
    """Parameters of `availability`."""

    stream: str
    """Name of the traffic in the scenario."""


def take(view: EvidenceView, params: AvailabilityParams) -> Observation:
    """Return answered ÷ intended requests. A request that was intended but could not be sent counts as unanswered."""
    stream = f"stream = {text(params.stream)}"
    sql = f"select count(*) filter (where {ANSWERED}) / count(*) from requests where {stream}"
    intended = int(view.number(f"select count(*) from requests where {stream}") or 0)
    if not intended:
        return Observation(None, "share", sql, f"no request of {params.stream} was intended")
    answered = int(view.number(f"select count(*) from requests where {stream} and {ANSWERED}") or 0)
    return Observation(
        answered / intended,
        "share",
        sql,
        f"{answered} of {intended} requests answered",
        low=rows_of(view, "requests", f"{stream} and not ({ANSWERED})"),
        high=rows_of(view, "requests", f"{stream} and {ANSWERED}"),
    )


AVAILABILITY = Measure(
    name="availability",
    about="share of intended requests that were answered, whether the answer was true or not",
    params=AvailabilityParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"requests"}),
)
