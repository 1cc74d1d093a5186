"""Simulated local times within a span."""

from datetime import datetime
from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from scenarios.units import Simulates
from scenarios.vocabulary import Params
from simulator.dirt.base import Array, ColumnKind, Make, Type


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
    to: Literal["second", "millisecond", "minute", "day"] = "second"
    """The precision."""

    @field_validator("from_")
    @classmethod
    def _no_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("local time takes no zone; leave out Z or the offset")
        return value


_UNITS = {"millisecond": "ms", "second": "s", "minute": "m", "day": "D"}


def _make(params: Time, make: Make) -> Array:
    if params.arrival == "even":
        parts = np.arange(make.rows) / make.rows
        parts = parts if params.sorted else make.rng.permutation(parts)
    else:
        parts = make.rng.random(make.rows)
        parts = np.sort(parts) if params.sorted else parts
    start = np.datetime64(params.from_ or make.starts, "us")
    times = start + (parts * params.spans * 1e6).astype("timedelta64[us]")
    return times.astype(f"datetime64[{_UNITS[params.to]}]").astype("datetime64[us]")


def _type(_params: Time) -> Type:
    return "time"


TIME = ColumnKind("time", Time, _make, _type)
