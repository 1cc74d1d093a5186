"""Simulated local times within a span."""

from datetime import datetime
from typing import Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from scenarios.units import Simulates
from scenarios.vocabulary import Params
from simulator.dirt.arrays import Array
from simulator.dirt.base import ColumnKind, Make, Type


class Dense(Params):
    """A stretch of the span in which there are more times, or fewer."""

    from_: Simulates = Field(default=0.0, alias="from")
    """After the span's begin."""
    to: Simulates = Field(gt=0)
    times: float = Field(gt=0, le=1000)
    """How many times as dense it is."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.to <= self.from_:
            raise ValueError("`to` is not after `from`")
        return self


class Time(Params):
    """Times within `spans` of simulated time, starting at `from`."""

    from_: datetime | None = Field(default=None, alias="from")
    """Local time without a zone; left out: when the scenario's clock starts."""
    spans: Simulates = Field(gt=0)
    """A duration, such as 30d."""
    arrival: Literal["random", "even"] = "random"
    """`random`: like independent events; `even`: at equal intervals."""
    sorted: bool = True
    """Whether the first row is the oldest."""
    denser: list[Dense] = Field(default=[], max_length=50)
    """Stretches that differ: a peak, a night. Where they overlap, their factors multiply."""
    to: Literal["second", "millisecond", "minute", "day"] = "second"
    """The precision."""

    @field_validator("from_")
    @classmethod
    def _no_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("local time takes no zone; leave out Z or the offset")
        return value


_UNITS = {"millisecond": "ms", "second": "s", "minute": "m", "day": "D"}


def _crowded(parts: Array, params: Time) -> Array:
    """Return parts of the span, of which there are more where it is denser; their order stays."""
    edges = {0.0, 1.0, *(min(at / params.spans, 1.0) for one in params.denser for at in (one.from_, one.to))}
    ends = np.array(sorted(edges))
    middles = (ends[1:] + ends[:-1]) / 2 * params.spans
    density = np.ones(len(middles))
    for one in params.denser:
        density[(one.from_ <= middles) & (middles < one.to)] *= one.times
    mass = np.concatenate([[0.0], np.cumsum(density * np.diff(ends))])
    return np.asarray(np.interp(parts, mass / mass[-1], ends))


def _make(params: Time, make: Make) -> Array:
    if params.arrival == "even":
        parts = np.arange(make.rows) / make.rows
        parts = parts if params.sorted else make.rng.permutation(parts)
    else:
        parts = make.rng.random(make.rows)
        parts = np.sort(parts) if params.sorted else parts
    if params.denser:
        parts = _crowded(parts, params)
    start = np.datetime64(params.from_ or make.starts, "us")
    times = start + (parts * params.spans * 1e6).astype("timedelta64[us]")
    return times.astype(f"datetime64[{_UNITS[params.to]}]").astype("datetime64[us]")


def _type(_params: Time) -> Type:
    return "time"


TIME = ColumnKind("time", Time, _make, _type)
