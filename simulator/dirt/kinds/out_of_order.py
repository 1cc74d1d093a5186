"""Rows slightly before or after their proper position."""

import numpy as np
from pydantic import Field

from scenarios.model import DirtUse
from scenarios.vocabulary import Params
from simulator.dirt.base import DirtKind
from simulator.dirt.work import Work


class OutOfOrder(Params):
    """Rows move by up to `within` positions, in either direction."""

    within: int = Field(default=10, ge=1)
    """Places from its turn, at most."""


def _apply(params: OutOfOrder, use: DirtUse, work: Work) -> None:
    rng = work.rng()
    ids = work.draw(use, work.still(), rng)
    steps = rng.integers(1, params.within, len(ids), endpoint=True) + 0.5
    places = work.place[ids] + np.where(rng.random(len(ids)) < 0.5, -steps, steps)
    work.move(ids, places, "out-of-order", work.mechanism(use))


OUT_OF_ORDER = DirtKind("out-of-order", OutOfOrder, _apply)
