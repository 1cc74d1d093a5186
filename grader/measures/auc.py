"""How well a model tells the true from the false: the area under the ROC curve."""

from grader.context import EvidenceView
from grader.measures.base import Measure, Observation
from grader.measures.scores import ScoreParams, observed, scored
from simulator.evidence.sql import name


def take(grounds: EvidenceView, params: ScoreParams) -> Observation:
    """The chance that a row that is true has the higher score than one that is not, ties by half.

    By the sum of ranks (Mann and Whitney, 1947). Where all rows are true, or none, it is no number.
    """
    sql = (
        "select (sum(rank) filter (where truth) - hits * (hits + 1) / 2) / nullif(hits * (n - hits), 0) from ("
        " select truth, rank() over (order by score) + (count(*) over (partition by score) - 1) / 2 as rank,"
        " count(*) over () as n, count(*) filter (where truth) over () as hits"
        f" from ({scored(params)})) group by n, hits"
    )
    return observed(
        grounds, params, sql, "any", bad=f"({name(params.score)} >= 0.5) is distinct from {name(params.truth)}"
    )


AUC = Measure(
    name="auc",
    about="how well a model's scores tell the true from the false: 0.5 is a coin, 1 is perfect",
    params=ScoreParams,
    unit="any",
    take=take,
    reads=lambda _evidence, params: frozenset({params.table}),
)
"""The area under the ROC curve."""
