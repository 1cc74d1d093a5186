"""Rows that arrive long after the event that they record, behind newer rows."""

from typing import Self

from pydantic import Field, model_validator

from scenarios.model import DirtUse
from scenarios.units import Simulated
from scenarios.vocabulary import Params
from simulator.dirt.base import DirtKind
from simulator.dirt.kinds.duplicate import later
from simulator.dirt.work import Work


class Late(Params):
    """Rows move behind those of a time `from` to `to` later."""

    column: str
    """A column of times that the rows are sorted by."""
    from_: Simulated = Field(alias="from")
    """How much later at least."""
    to: Simulated
    """How much later at most."""
    stamped: bool = False
    """Whether the column says when a row arrived, so that it changes too; left out: it says when something happened,
    and stays."""

    @model_validator(mode="after")
    def _a_span(self) -> Self:
        if self.to < self.from_:
            raise ValueError("`to` is shorter than `from`")
        return self


def _apply(params: Late, use: DirtUse, work: Work) -> None:
    rng = work.rng()
    ids = work.draw(use, work.still() & work.free(params.column), rng)
    times = work.truth(params.column)[ids] + later(rng, params.from_, params.to, len(ids))
    work.move(ids, work.when(params.column, times), "late", work.mechanism(use))
    if params.stamped:
        work.set(params.column, ids, times, "late", work.mechanism(use, params.column))


LATE = DirtKind("late", Late, _apply, corrupts=lambda params: [params.column], takes=frozenset({"time"}))
