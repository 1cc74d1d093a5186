"""Measure how far a model's probabilities are from observed frequencies."""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.base import Measure, Observation, its_table
from grader.measures.scores import ScoreParams, observed, scored
from simulator.evidence.sql import name


class CalibrationErrorParams(ScoreParams):
    """Parameters of `calibration-error`."""

    bins: int = Field(default=5, ge=1, le=20)
    """Number of equally large groups of rows, by score; 1 compares the overall means alone."""


def take(view: EvidenceView, params: CalibrationErrorParams) -> Observation:
    """Return the expected calibration error (Naeini et al., 2015) over equally large bins.

    Chance alone makes it about `0.8 · sqrt(p(1 - p) · bins / rows)`: ask for no less than twice that.
    """
    sql = (
        "select sum(n * gap) / sum(n) from (select count(*) as n, abs(avg(score) - avg(truth::integer)) as gap from ("
        f"select *, ntile({params.bins}) over (order by score) as bin from ({scored(params)})) group by bin)"
    )
    bad = f"abs({name(params.score)} - {name(params.truth)}::integer) > 0.5"
    return observed(view, params, sql, "share", bad=bad)


CALIBRATION_ERROR = Measure(
    name="calibration-error",
    about="how far a model's probabilities are, on average, from how often it happens",
    params=CalibrationErrorParams,
    unit="share",
    take=take,
    reads=its_table,
)
"""The expected calibration error."""
