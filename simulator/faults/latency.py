"""Bytes arrive late: a fixed time, a uniform one, or one with the tail of a real network, lognormal or heavy."""

from math import exp, log
from random import Random
from statistics import NormalDist
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from scenarios.units import Wall
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import Delay, FaultEffect, Side

_Z99 = NormalDist().inv_cdf(0.99)
_SHAPES = ({"fixed"}, {"fixed", "jitter"}, {"from_", "to"}, {"median", "p99"}, {"median", "p99", "tail"})
_LONGEST_S = 3600.0
"""Bound of a heavy tail, which has no end of its own."""


class Latency(FaultParams):
    """One of `fixed`, `from` with `to`, or `median` with `p99`; `latency: 2s` is short for `fixed`."""

    fixed: Wall | None = None
    """Always this long."""
    jitter: Wall | None = None
    """With `fixed`: up to this much more or less, uniformly."""
    from_: Wall | None = Field(default=None, alias="from")
    """Uniformly between this and `to`."""
    to: Wall | None = None
    """With `from`: the longest delay; all between are alike likely."""
    median: Wall | None = Field(default=None, gt=0)
    """Half of the strikes take longer than this, one in a hundred longer than `p99`."""
    p99: Wall | None = None
    """With `median`: 99 of 100 are no longer."""
    tail: Literal["lognormal", "pareto"] | None = None
    """With `median` and `p99`: how it goes on beyond. Left out, lognormal; `pareto` is heavy (a power law)."""
    on: Side = "response"
    """`response`: the target has done its work when the caller still waits. `request`: it has not begun."""

    @model_validator(mode="before")
    @classmethod
    def _plain_duration(cls, value: Any) -> Any:
        return {"fixed": value} if isinstance(value, str | int | float) else value

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        names = ("fixed", "jitter", "from_", "to", "median", "p99", "tail")
        if {name for name in names if getattr(self, name) is not None} not in _SHAPES:
            raise ValueError("latency is one of: fixed (and jitter) · from and to · median and p99 (and tail)")
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError("`to` is shorter than `from`")
        if self.median is not None and self.p99 is not None:
            if self.p99 < self.median:
                raise ValueError("`p99` is shorter than `median`")
            if self.tail == "pareto" and self.p99 == self.median:
                raise ValueError("a heavy tail has a `p99` longer than its `median`")
        return self

    def draw(self, rng: Random) -> float:
        """Return the seconds of one delay."""
        if self.fixed is not None:
            spread = self.jitter or 0.0
            return max(0.0, rng.uniform(self.fixed - spread, self.fixed + spread)) if spread else self.fixed
        if self.from_ is not None and self.to is not None:
            return rng.uniform(self.from_, self.to)
        assert self.median is not None and self.p99 is not None
        if self.tail == "pareto":
            return _pareto(self.median, self.p99, rng)
        return self.median * exp(log(self.p99 / self.median) / _Z99 * rng.gauss(0.0, 1.0))


def _pareto(median: float, p99: float, rng: Random) -> float:
    """Pareto (type I): P(longer than x) = (least / x) ** shape, which is 1/2 at `median` and 1/100 at `p99`."""
    shape = log(50) / log(p99 / median)
    least = median * exp(-log(2) / shape)
    return min(_LONGEST_S, least * exp(rng.expovariate(shape)))


def _effect(params: Latency, rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (Delay(params.draw(rng)),))


LATENCY = FaultKind("latency", Latency, frozenset({"http", "tcp"}), _effect)
