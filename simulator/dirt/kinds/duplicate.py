"""Rows that are delivered twice: a file sent again, a scanner that beeps twice, a click that repeats a request."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.model import DirtUse
from scenarios.units import Simulated
from scenarios.vocabulary import Params
from simulator.dirt.arrays import Array
from simulator.dirt.base import DirtKind
from simulator.dirt.work import Work


class Duplicate(Params):
    """The copy comes up to `within` rows later, or at a later time in `column`."""

    within: int = Field(default=1, ge=1)
    """Most rows between a row and its copy."""
    column: str | None = None
    """A column of times, in which the copy is between `from` and `to` later."""
    from_: Simulated | None = Field(default=None, alias="from")
    """How much later at least, by the time in `column`."""
    to: Simulated | None = None
    """How much later at most."""

    @model_validator(mode="after")
    def _a_span(self) -> Self:
        if len({one is None for one in (self.column, self.from_, self.to)}) != 1:
            raise ValueError("`column`, `from` and `to` go together")
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError("`to` is shorter than `from`")
        return self


def _apply(params: Duplicate, use: DirtUse, work: Work) -> None:
    rng = work.rng()
    mechanism = work.mechanism(use)
    ids = work.draw(use, work.originals(), rng)
    copies = work.copy(ids, "duplicate", mechanism)
    if params.column is None:
        work.place[copies] += rng.uniform(0.5, params.within, len(ids)) if params.within > 1 else 0.5
        return
    assert params.from_ is not None and params.to is not None
    gaps = later(rng, params.from_, params.to, len(ids))
    times = work.truth(params.column)[copies] + gaps
    free = work.free(params.column)[copies]
    work.place[copies] = work.when(params.column, times)
    work.set(params.column, copies[free], times[free], "duplicate", mechanism)


def later(rng: np.random.Generator, low: float, high: float, rows: int) -> Array:
    """Return whole seconds between `low` and `high`, at least one."""
    return np.maximum(np.rint(rng.uniform(low, high, rows)), 1).astype("timedelta64[s]")


DUPLICATE = DirtKind(
    "duplicate",
    Duplicate,
    _apply,
    corrupts=lambda params: [params.column] if params.column else [],
    takes=frozenset({"time"}),
)
