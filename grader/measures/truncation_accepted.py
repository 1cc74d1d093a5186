"""Measure whether a truncated answer is taken for a complete one, and its content passed on to the customer.

A message that ends before its length, or without its last chunk, is incomplete and must not be used as if it were
complete (RFC 9112 §8). Many clients notice; many that read streams do not.
"""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.base import NOT_STRUCK, Measure, MeasureParams, Observation
from simulator.evidence.sql import text


class TruncationAcceptedParams(MeasureParams):
    """Parameters of `truncation-accepted`."""

    link: str = Field(json_schema_extra={"strikes": "link"})
    """The link on which answers are cut."""
    kind: str = Field(default="truncate", json_schema_extra={"strikes": "kind"})
    """The fault that cuts them: truncate, misframe or cut."""


def take(view: EvidenceView, params: TruncationAcceptedParams) -> Observation:
    """Return hit requests that were answered wrongly ÷ hit requests, each counted once; 0 when none was hit."""
    where = f"link = {text(params.link)} and kind = {text(params.kind)}"
    each = f"(select distinct lap, request, outcome from struck where {where})"
    sql = f"select coalesce(count(*) filter (where outcome = 'wrong') / nullif(count(*), 0), 0) from {each}"
    total = int(view.number(f"select count(*) from {each}") or 0)
    if not total:
        note = f"no request was struck by {params.kind} on {params.link}"
        return Observation(0.0, "share", sql, note, NOT_STRUCK)
    wrong = int(view.number(f"select count(*) from {each} where outcome = 'wrong'") or 0)
    rows = f"select * from struck where {where}"
    return Observation(
        wrong / total,
        "share",
        sql,
        f"{wrong} of {total} requests behind which an answer was cut were answered with an untruth",
        low=f"{rows} and outcome <> 'wrong' order by lap, intended_at",
        high=f"{rows} and outcome = 'wrong' order by lap, intended_at",
    )


TRUNCATION_ACCEPTED = Measure(
    name="truncation-accepted",
    about="share of requests behind which an answer was cut that were answered with an untruth",
    params=TruncationAcceptedParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"struck"}),
)
