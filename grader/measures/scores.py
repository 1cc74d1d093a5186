"""Shared by the measures of a model's scores: which rows to look at, the score, and what was true."""

from grader.context import EvidenceView
from grader.measures.base import Observation, TableParams, rows_of
from simulator.evidence.sql import name


class ScoreParams(TableParams):
    """Parameters that say where the scores are."""

    score: str
    """The column with the model's score, from 0 to 1."""
    truth: str
    """The column, true or false, with what the score predicts."""
    where: str = "true"
    """SQL condition for the rows to look at; left out: every row. Rows without a score or a truth are ignored."""


def scored(params: ScoreParams) -> str:
    """Return the query for the rows, as `score` and `truth`."""
    score, truth = name(params.score), name(params.truth)
    return (
        f"select {score}::double as score, {truth} as truth from {name(params.table)}"
        f" where ({params.where}) and {score} is not null and {truth} is not null"
    )


def observed(view: EvidenceView, params: ScoreParams, sql: str, unit: str, *, bad: str) -> Observation:
    """Return the answer to the query `sql`; `bad` is the condition on rows that count against the model."""
    rows = int(view.number(f"select count(*) from ({scored(params)})") or 0)
    hits = int(view.number(f"select count(*) from ({scored(params)}) where truth") or 0)
    value = view.number(sql) if rows else None
    note = f"{rows} scores, {hits} of them on what was true"
    against = rows_of(view, params.table, f"({params.where}) and ({bad})")
    return Observation(value, unit, sql, note, low=against, high=against)
