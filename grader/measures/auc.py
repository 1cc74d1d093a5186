"""Measure how well a model's scores separate true from false: the area under the ROC curve."""

from grader.context import EvidenceView
from grader.measures.base import Measure, Observation, its_table
from grader.measures.scores import ScoreParams, observed, scored
from simulator.evidence.sql import name


def take(view: EvidenceView, params: ScoreParams) -> Observation:
    """Return the chance that a true row has a higher score than a false one, with ties counted by half.

    It uses the sum of ranks (Mann and Whitney, 1947). There is no number when all rows are true, or none is.
    """
    sql = (
        "select (sum(rank) filter (where truth) - hits * (hits + 1) / 2) / nullif(hits * (n - hits), 0) from ("
        " select truth, rank() over (order by score) + (count(*) over (partition by score) - 1) / 2 as rank,"
        " count(*) over () as n, count(*) filter (where truth) over () as hits"
        f" from ({scored(params)})) group by n, hits"
    )
    return observed(
        view, params, sql, "any", bad=f"({name(params.score)} >= 0.5) is distinct from {name(params.truth)}"
    )


AUC = Measure(
    name="auc",
    about="how well a model's scores tell the true from the false: 0.5 is a coin, 1 is perfect",
    params=ScoreParams,
    unit="any",
    take=take,
    reads=its_table,
)
"""The area under the ROC curve."""
