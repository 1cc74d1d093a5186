"""Numbers far from all others: a misplaced decimal point, or a reading many standard deviations off."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.model import DirtUse
from simulator.dirt.base import DirtKind
from simulator.dirt.cells import Cells
from simulator.dirt.work import Work


class Outlier(Cells):
    """Either `times` or `sds`."""

    times: list[float] | None = Field(default=None, min_length=1)
    """The value is multiplied by one of these, such as [10, 100, 1000]."""
    sds: float | None = Field(default=None, ge=3)
    """The value is off by this many standard deviations of the column, up to twice as many, in either direction."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.times is None) == (self.sds is None):
            raise ValueError("an outlier is made by one of: times · sds")
        if self.times is not None and not all(abs(one) >= 2 for one in self.times):
            raise ValueError("`times` less than 2 makes no outlier")
        return self


def _apply(params: Outlier, use: DirtUse, work: Work) -> None:
    for column in params.column:
        rng, values = work.rng(column), work.truth(column)
        spread = float(np.std(values))
        can = values != 0 if params.times else np.full(len(values), spread > 0)
        ids = work.draw(use, work.free(column) & can, rng)
        if params.times is not None:
            far = values[ids] * np.array(params.times)[rng.integers(0, len(params.times), len(ids))]
        else:
            assert params.sds is not None
            size = spread * params.sds * (1 + rng.random(len(ids)))
            far = values[ids] + np.where(rng.random(len(ids)) < 0.5, -1, 1) * size
        far = np.rint(far).astype(np.int64) if values.dtype.kind == "i" else np.round(far, 6)
        changed = np.where(far == values[ids], far + 1, far)
        work.set(column, ids, changed, "outlier", work.mechanism(use, column))


OUTLIER = DirtKind(
    "outlier", Outlier, _apply, corrupts=lambda params: params.column, takes=frozenset({"integer", "real"})
)
