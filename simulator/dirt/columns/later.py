"""Times after those of another column: labels that come in late, payments, returns."""

import math
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.units import Simulated
from scenarios.vocabulary import Params
from simulator.dirt.arrays import Array
from simulator.dirt.base import ColumnKind, Make, Type


class Later(Params):
    """Between `from` and `to` later, evenly spread, or lognormal with the median `median`."""

    than: str
    """A column of times."""
    from_: Simulated | None = Field(default=None, alias="from")
    """How much later at least."""
    to: Simulated | None = None
    """How much later at most."""
    median: Simulated | None = Field(default=None, gt=0)
    """Half of them come no more than this later."""
    sigma: float = Field(default=0.5, ge=0)
    """Standard deviation of the logarithm, with `median`."""

    @model_validator(mode="after")
    def _one_span(self) -> Self:
        given = {name for name in ("from_", "to", "median") if getattr(self, name) is not None}
        if given not in ({"from_", "to"}, {"median"}):
            raise ValueError("later is one of: from and to · median")
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError("`to` is shorter than `from`")
        return self


def _make(params: Later, make: Make) -> Array:
    times = make.column(params.than)
    if times.dtype.kind != "M":
        raise ValueError(f"{params.than!r} is no column of times")
    if params.median is not None:
        seconds = make.rng.lognormal(math.log(params.median), params.sigma, make.rows)
    else:
        assert params.from_ is not None and params.to is not None
        seconds = make.rng.uniform(params.from_, params.to, make.rows)
    return np.asarray(times + np.rint(seconds).astype("timedelta64[s]"))


def _type(_params: Later) -> Type:
    return "time"


LATER = ColumnKind("later", Later, _make, _type, needs=lambda params: (params.than,))
