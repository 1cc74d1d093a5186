"""Make the arrays that columns are, and the generators that fill them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.seeds import child

Array = npt.NDArray[Any]


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return a NumPy generator of its own for `names` under `seed`."""
    return np.random.Generator(np.random.PCG64(child(seed, *names)))


def objects(values: Iterable[Any], rows: int) -> Array:
    """Return an array of plain Python objects; NumPy would convert texts or lists of equal length."""
    array = np.empty(rows, dtype=object)
    array[:] = list(values)
    return array
