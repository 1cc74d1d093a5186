"""What the measures of a model's scores have in common: which rows, which score, and what was true."""

from grader.context import EvidenceView
from grader.measures.base import MeasureParams, Observation, rows_of
from simulator.evidence.sql import name


class ScoreParams(MeasureParams):
    """Where the scores are."""

    table: str
    """An evidence table."""
    score: str
    """The column with what the model said, from 0 to 1."""
    truth: str
    """The column, true or false, with what it was about."""
    where: str = "true"
    """SQL condition: the rows that are looked at; left out: every row. Rows without a score or a truth never are."""


def scored(params: ScoreParams) -> str:
    """The question for the rows, as `score` and `truth`."""
    score, truth = name(params.score), name(params.truth)
    return (
        f"select {score}::double as score, {truth} as truth from {name(params.table)}"
        f" where ({params.where}) and {score} is not null and {truth} is not null"
    )


def observed(grounds: EvidenceView, params: ScoreParams, sql: str, unit: str, *, bad: str) -> Observation:
    """What the question `sql` answers; `bad` is the condition on the rows that speak against the model."""
    rows = int(grounds.number(f"select count(*) from ({scored(params)})") or 0)
    hits = int(grounds.number(f"select count(*) from ({scored(params)}) where truth") or 0)
    value = grounds.number(sql) if rows else None
    note = f"{rows} scores, {hits} of them on what was true"
    against = rows_of(grounds, params.table, f"({params.where}) and ({bad})")
    return Observation(value, unit, sql, note, low=against, high=against)
