"""The share of intended requests that were answered, whether the answer was true or not."""

from grader.context import EvidenceView
from grader.measures.base import ANSWERED, Measure, MeasureParams, Observation, rows_of
from simulator.evidence.sql import text


class AvailabilityParams(MeasureParams):
    """Parameters of `availability`."""

    stream: str
    """Name of the traffic in the scenario."""


def take(grounds: EvidenceView, params: AvailabilityParams) -> Observation:
    """Answered ÷ intended. What traffic intended and could not send counts as not answered."""
    stream = f"stream = {text(params.stream)}"
    sql = f"select count(*) filter (where {ANSWERED}) / count(*) from requests where {stream}"
    intended = int(grounds.number(f"select count(*) from requests where {stream}") or 0)
    if not intended:
        return Observation(None, "share", sql, f"no request of {params.stream} was intended")
    answered = int(grounds.number(f"select count(*) from requests where {stream} and {ANSWERED}") or 0)
    return Observation(
        answered / intended,
        "share",
        sql,
        f"{answered} of {intended} requests answered",
        low=rows_of(grounds, "requests", f"{stream} and not ({ANSWERED})"),
        high=rows_of(grounds, "requests", f"{stream} and {ANSWERED}"),
    )


AVAILABILITY = Measure(
    name="availability",
    about="share of intended requests that were answered, whether the answer was true or not",
    params=AvailabilityParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"requests"}),
)
