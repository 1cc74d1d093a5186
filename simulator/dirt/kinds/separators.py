"""Numbers in another country's notation: 1.234,50."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from simulator.dirt.arrays import Array, objects
from simulator.dirt.cells import Cells, cell_kind
from simulator.dirt.work import Mask


class Separators(Cells):
    """Numbers become text; only those that are written differently can be corrupted."""

    decimal: str = Field(default=",", min_length=1, max_length=1)
    """The sign before the decimals."""
    thousands: str = Field(default=".", max_length=1)
    """Empty for none."""
    decimals: int | None = Field(default=None, ge=0, le=9)
    """The number of decimal places; left out: as many as the number has."""

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.decimal == self.thousands:
            raise ValueError("`decimal` and `thousands` are the same sign")
        return self


def _all(params: Separators, values: Array) -> Array:
    how = "," if params.decimals is None else f",.{params.decimals}f"
    signs = str.maketrans({",": params.thousands, ".": params.decimal})
    return objects((format(value, how).translate(signs) for value in values.tolist()), len(values))


def _can(params: Separators, values: Array) -> Mask:
    return np.asarray(_all(params, values) != objects(map(str, values.tolist()), len(values)), dtype=np.bool_)


def _corrupt(params: Separators, values: Array, _rng: np.random.Generator) -> Array:
    return _all(params, values)


SEPARATORS = cell_kind("separators", Separators, _corrupt, can=_can, takes=frozenset({"integer", "real"}))
