"""Number plates: letters of a town and a number."""

import numpy as np
from pydantic import Field

from scenarios.vocabulary import Params
from simulator.dirt.arrays import Array, objects
from simulator.dirt.base import ColumnKind, Make


class Plate(Params):
    """`plate: {towns: [B, HH]}`."""

    towns: list[str] = Field(default=["B", "HH", "M"], min_length=1)
    """The letters that a plate begins with, all as likely."""


def _make(params: Plate, make: Make) -> Array:
    rng: np.random.Generator = make.rng
    towns = rng.integers(0, len(params.towns), make.rows)
    numbers = rng.integers(1, 9999, make.rows)
    return objects((f"{params.towns[t]}-{n}" for t, n in zip(towns, numbers, strict=True)), make.rows)


COLUMN = ColumnKind("plate", Plate, _make, lambda _params: "text")
