"""Text that somebody typed with the capitals locked."""

import numpy as np

from simulator.dirt.arrays import Array, objects
from simulator.dirt.cells import Cells, cell_kind


class CapsLock(Cells):
    """`caps-lock: {column: name}`."""


def _can(_params: CapsLock, values: Array) -> np.ndarray:
    return np.array([isinstance(value, str) and value != value.upper() for value in values], np.bool_)


def _corrupt(_params: CapsLock, values: Array, _rng: np.random.Generator) -> Array:
    return objects((value.upper() for value in values), len(values))


DIRT = cell_kind("caps-lock", CapsLock, _corrupt, can=_can, takes=frozenset({"text"}))
