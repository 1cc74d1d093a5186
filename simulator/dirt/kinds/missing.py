"""Empty cells.

They are missing at random by themselves (MCAR), with `by` another column (MAR), or with `by` the column itself (MNAR:
income that high earners leave out).
"""

import numpy as np

from simulator.dirt.arrays import Array, objects
from simulator.dirt.cells import Cells, cell_kind


class Missing(Cells):
    """Empty cells."""


def _corrupt(_params: Missing, values: Array, _rng: np.random.Generator) -> Array:
    return objects([None] * len(values), len(values))


MISSING = cell_kind("missing", Missing, _corrupt)
