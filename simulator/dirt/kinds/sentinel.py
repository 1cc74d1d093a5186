"""Values that mean "missing": -1, 9999, 1900-01-01, N/A."""

from typing import Any

import numpy as np

from simulator.dirt.arrays import Array, objects
from simulator.dirt.base import type_of
from simulator.dirt.cells import Cells, cell_kind
from simulator.dirt.work import Mask


class Sentinel(Cells):
    """A placeholder instead of the true value."""

    value: int | float | str
    """For a column of times, a time such as 1900-01-01."""


def _typed(params: Sentinel, values: Array) -> Any:
    """Return the sentinel in the column's type; as text when the column cannot have it."""
    kind = type_of(values)
    if kind == "time":
        return np.datetime64(str(params.value), "us").item()
    return str(params.value) if kind == "text" else params.value


def _can(params: Sentinel, values: Array) -> Mask:
    other = objects([_typed(params, values)], 1)
    return np.asarray(values.astype(object) != other[0], dtype=np.bool_)


def _corrupt(params: Sentinel, values: Array, _rng: np.random.Generator) -> Array:
    value = _typed(params, values)
    if type_of(values) == "time" or (type_of(values) == "integer" and type(value) is int):
        return np.full(len(values), value, values.dtype)
    if type_of(values) == "real" and not isinstance(value, str):
        return np.full(len(values), float(value))
    return objects([value] * len(values), len(values))


SENTINEL = cell_kind("sentinel", Sentinel, _corrupt, can=_can)
