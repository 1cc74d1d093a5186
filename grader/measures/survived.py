"""Measure how many of the requests that a fault hit were answered correctly all the same.

Availability mixes requests that a fault hit with those that it did not; this measure looks at the former alone. A
deployment that gives a fault nothing to hit, because it caches answers, has survived it. So has one that does nothing
at all: lint therefore wants a check with this measure to need a check on answers.
"""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.base import NOT_STRUCK, Measure, MeasureParams, Observation
from simulator.evidence.sql import text


class SurvivedParams(MeasureParams):
    """Parameters of `survived`; one that is left out matches anything."""

    link: str | None = Field(default=None, json_schema_extra={"strikes": "link"})
    """Count faults on this link."""
    kind: str | None = Field(default=None, json_schema_extra={"strikes": "kind"})
    """Count faults of this kind."""
    stream: str | None = None
    """Count requests of this traffic."""


def take(view: EvidenceView, params: SurvivedParams) -> Observation:
    """Return hit requests with the outcome `ok` ÷ hit requests, each counted once; 1 when none was hit."""
    wanted = {"link": params.link, "kind": params.kind, "stream": params.stream}
    where = " and ".join(f"{name} = {text(value)}" for name, value in wanted.items() if value is not None) or "true"
    each = f"(select distinct lap, request, outcome from struck where {where})"
    sql = f"select coalesce(count(*) filter (where outcome = 'ok') / nullif(count(*), 0), 1) from {each}"
    total = int(view.number(f"select count(*) from {each}") or 0)
    if not total:
        by = params.kind or "any fault"
        return Observation(1.0, "share", sql, f"no request was struck by {by}{_on(params.link)}", NOT_STRUCK)
    well = int(view.number(f"select count(*) from {each} where outcome = 'ok'") or 0)
    sure = f"(select distinct lap, request from struck where ({where}) and joined <> 'overlap')"
    unsure = total - int(view.number(f"select count(*) from {sure}") or 0)
    rows = f"select * from struck where {where}"
    return Observation(
        well / total,
        "share",
        sql,
        f"{well} of {total} struck requests were answered well"
        + (f"; {unsure} of them were only under way at the time" if unsure else ""),
        low=f"{rows} and outcome <> 'ok' order by lap, intended_at",
        high=f"{rows} and outcome = 'ok' order by lap, intended_at",
    )


def _on(link: str | None) -> str:
    return f" on {link}" if link else ""


SURVIVED = Measure(
    name="survived",
    about="share of the requests struck by a fault that were answered well",
    params=SurvivedParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"struck"}),
)
