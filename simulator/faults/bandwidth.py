"""Bytes pass no faster than a thin line lets them: one for each struck request or connection, or one that is shared."""

from random import Random
from typing import Any

from pydantic import Field, model_validator

from scenarios.units import Size
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Pace, Sharers, Side


class Bandwidth(FaultParams):
    """`bandwidth: 16k` is short for `{per_second: 16k}`."""

    per_second: Size = Field(gt=0)
    """Bytes per second of wall time."""
    of: Sharers = "connection"
    """`connection`: each struck request or connection has a line of its own. `source`: each address that calls.
    `link`: all that is struck shares one, in the order in which it comes."""
    on: Side = "response"
    """What goes to the target (`request`), or what comes back (`response`)."""

    @model_validator(mode="before")
    @classmethod
    def _plain_rate(cls, value: Any) -> Any:
        return {"per_second": value} if isinstance(value, str | int) else value


def _effect(params: Bandwidth, _rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (Pace(float(params.per_second), params.of),))


BANDWIDTH = FaultKind("bandwidth", Bandwidth, frozenset({"http", "tcp"}), _effect)
