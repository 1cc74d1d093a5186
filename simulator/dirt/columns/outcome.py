"""Outcomes that depend on other columns by named coefficients: the concept that a model has to learn.

Each coefficient belongs to an expression over the row's columns (`income / 1000`, `site == "B"`); `bias` stands alone.
"""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.vocabulary import Params
from simulator.dirt.arrays import Array, generator
from simulator.dirt.base import ColumnKind, Make, Type
from simulator.dirt.expression import Expression
from simulator.seeds import child

Coefficients = dict[str, float]
BIAS = "bias"


class Outcome(Params):
    """Either `logistic`, with the probability 1 / (1 + exp(-score)), or `linear`, with the score as value."""

    logistic: Coefficients | None = None
    """Coefficients of an outcome that is true or false."""
    linear: Coefficients | None = None
    """Coefficients of an outcome that is a number, with normal `noise`."""
    noise: float = Field(default=0.0, ge=0)
    """Standard deviation of the noise."""
    decimals: int = Field(default=2, ge=0, le=9)
    """Places that a `linear` outcome is rounded to."""

    @model_validator(mode="after")
    def _one_concept(self) -> Self:
        if (self.logistic is None) == (self.linear is None):
            raise ValueError("an outcome is one of: logistic · linear")
        if self.logistic is not None and self.noise:
            raise ValueError("`noise` belongs to `linear`; a logistic outcome is drawn with its probability")
        for text in self.coefficients:
            Expression(text)
        return self

    @property
    def coefficients(self) -> Coefficients:
        """Return the coefficients by expression."""
        return self.logistic or self.linear or {}

    @property
    def names(self) -> list[str]:
        """Return the columns that it depends on."""
        found = (name for text in self.coefficients if text != BIAS for name in sorted(Expression(text).names))
        return list(dict.fromkeys(found))


def score(params: Outcome, make: Make) -> Array:
    """Return the linear predictor."""
    total = np.full(make.rows, params.coefficients.get(BIAS, 0.0))
    for text, coefficient in params.coefficients.items():
        if text != BIAS:
            total += coefficient * np.asarray(Expression(text)(make.column), dtype=np.float64)
    # The last bits, in which machines differ, decide nothing.
    return np.round(total, 9)


def outcome(params: Outcome, scores: Array, make: Make) -> Array:
    """Return the outcomes of these scores."""
    rng = generator(child(make.seed, "luck"))
    if params.logistic is not None:
        return np.asarray(rng.random(make.rows) < 1.0 / (1.0 + np.exp(-scores)))
    return np.round(scores + params.noise * rng.standard_normal(make.rows), params.decimals) + 0.0


def _make(params: Outcome, make: Make) -> Array:
    return outcome(params, score(params, make), make)


def _type(params: Outcome) -> Type:
    return "boolean" if params.logistic is not None else "real"


OUTCOME = ColumnKind("outcome", Outcome, _make, _type, needs=lambda params: params.names, raw=score, finish=outcome)
