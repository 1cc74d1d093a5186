"""Numbers in another unit than their column's: cases for eaches, mg/dL for mmol/L, Fahrenheit."""

import numpy as np
from pydantic import Field

from simulator.dirt.arrays import Array
from simulator.dirt.cells import Cells, cell_kind
from simulator.dirt.work import Mask


class WrongUnit(Cells):
    """`value · times + plus`."""

    times: float = Field(default=1.0, gt=0)
    """What the value is multiplied by."""
    plus: float = 0.0
    """What is added after that."""
    decimals: int | None = Field(default=None, ge=0, le=9)
    """Decimal places; left out: none in a column of whole numbers, else 6."""


def _converted(params: WrongUnit, values: Array) -> Array:
    whole = values.dtype.kind == "i"
    decimals = params.decimals if params.decimals is not None else 0 if whole else 6
    found = np.round(values * params.times + params.plus, decimals) + 0.0
    return found.astype(np.int64) if whole and decimals == 0 else found


def _can(params: WrongUnit, values: Array) -> Mask:
    return np.asarray(_converted(params, values) != values)


def _corrupt(params: WrongUnit, values: Array, _rng: np.random.Generator) -> Array:
    return _converted(params, values)


WRONG_UNIT = cell_kind("wrong-unit", WrongUnit, _corrupt, can=_can, takes=frozenset({"integer", "real"}))
