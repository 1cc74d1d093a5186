"""Rows that are delivered twice, with slips in some of their text: one customer, two spellings."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.model import DirtUse
from simulator.dirt.arrays import objects
from simulator.dirt.base import DirtKind
from simulator.dirt.cells import Cells
from simulator.dirt.kinds.typo import slip
from simulator.dirt.work import Work


class NearDuplicate(Cells):
    """The copy has a slip in at least one of the columns, and each other column has one with a chance of a half."""

    within: int = Field(default=1, ge=1)
    """Most rows between a row and its copy."""
    rekey: str | None = None
    """A column, such as a running number, in which the copy has a new value."""

    @model_validator(mode="after")
    def _new_needs_no_slip(self) -> Self:
        if self.rekey in self.column:
            raise ValueError(f"{self.rekey!r} has a new value by `rekey`, so no slip")
        return self


def _apply(params: NearDuplicate, use: DirtUse, work: Work) -> None:
    rng = work.rng()
    mechanism = work.mechanism(use)
    editable = np.array([work.free(name) & work.truth(name).astype(np.bool_) for name in params.column])
    ids = work.draw(use, work.originals() & editable.any(axis=0), rng)
    copies = work.copy(ids, "near-duplicate", mechanism)
    work.place[copies] += rng.uniform(0.5, params.within, len(ids)) if params.within > 1 else 0.5
    luck = np.where(editable[:, ids], rng.random((len(params.column), len(ids))), 2.0)
    corrupted = ((luck < 0.5) | (luck == luck.min(axis=0))) & (luck < 2)
    for name, mine in zip(params.column, corrupted, strict=True):
        chosen = copies[mine]
        values = work.truth(name)[chosen].tolist()
        slips, places = (rng.random(len(values)).tolist() for _ in range(2))
        work.set(name, chosen, objects(map(slip, values, slips, places), len(values)), "near-duplicate", mechanism)
    if params.rekey is not None and len(copies):
        work.set(params.rekey, copies, work.more(params.rekey, len(copies)), "near-duplicate", mechanism)


NEAR_DUPLICATE = DirtKind(
    "near-duplicate",
    NearDuplicate,
    _apply,
    corrupts=lambda params: params.column,
    reads=lambda params: [params.rekey] if params.rekey else [],
    takes=frozenset({"text"}),
)
