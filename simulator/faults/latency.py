"""Bytes arrive late: a fixed time, a uniform one, or a lognormal one, as the tail of a real network looks."""

from math import exp, log
from random import Random
from statistics import NormalDist
from typing import Any, Self

from pydantic import Field, model_validator

from scenarios.units import Wall
from simulator.faults.base import Blow, FaultKind, FaultParams, Side

_Z99 = NormalDist().inv_cdf(0.99)


class Latency(FaultParams):
    """One of `fixed`, `from` with `to`, or `median` with `p99`; `latency: 2s` is short for `fixed`."""

    fixed: Wall | None = None
    """Always this long."""
    from_: Wall | None = Field(default=None, alias="from")
    """Uniformly between this and `to`."""
    to: Wall | None = None
    median: Wall | None = Field(default=None, gt=0)
    """Lognormal: half of the strikes take longer than this, one in a hundred longer than `p99`."""
    p99: Wall | None = None
    on: Side = "response"
    """`response`: the target has done its work when the caller still waits. `request`: it has not begun."""

    @model_validator(mode="before")
    @classmethod
    def _plain_duration(cls, value: Any) -> Any:
        return {"fixed": value} if isinstance(value, str | int | float) else value

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        given = {name for name in ("fixed", "from_", "to", "median", "p99") if getattr(self, name) is not None}
        if given not in ({"fixed"}, {"from_", "to"}, {"median", "p99"}):
            raise ValueError("latency is one of: fixed · from and to · median and p99")
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError("`to` is shorter than `from`")
        if self.median is not None and self.p99 is not None and self.p99 < self.median:
            raise ValueError("`p99` is shorter than `median`")
        return self

    def draw(self, rng: Random) -> float:
        """Seconds of one strike."""
        if self.fixed is not None:
            return self.fixed
        if self.from_ is not None and self.to is not None:
            return rng.uniform(self.from_, self.to)
        assert self.median is not None and self.p99 is not None
        return self.median * exp(log(self.p99 / self.median) / _Z99 * rng.gauss(0.0, 1.0))


def _blow(params: Latency, rng: Random) -> Blow:
    return Blow(params.on, hold=params.draw(rng))


LATENCY = FaultKind("latency", Latency, frozenset({"http", "tcp"}), _blow)
