"""Two columns with each other's values: latitude and longitude, first and last name."""

import numpy as np
from pydantic import Field

from scenarios.model import DirtUse
from scenarios.vocabulary import Params
from simulator.dirt.base import DirtKind
from simulator.dirt.work import Work


class Swapped(Params):
    """Corrupts only rows in which the two differ."""

    columns: list[str] = Field(min_length=2, max_length=2)
    """The two columns."""


def _apply(params: Swapped, use: DirtUse, work: Work) -> None:
    one, other = params.columns
    a, b = work.truth(one), work.truth(other)
    can = work.free(one) & work.free(other) & np.asarray(a != b, dtype=np.bool_)
    ids = work.draw(use, can, work.rng())
    work.set(one, ids, b[ids], "swapped", work.mechanism(use, one))
    work.set(other, ids, a[ids], "swapped", work.mechanism(use, other))


SWAPPED = DirtKind("swapped", Swapped, _apply, corrupts=lambda params: params.columns)
