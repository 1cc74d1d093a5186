"""A peer that has ended the connection is heard of late: its last bytes arrive in time, its end does not."""

from random import Random
from typing import Any

from pydantic import Field, model_validator

from scenarios.units import Wall
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import DelayedClose, FaultEffect, Side


class SlowClose(FaultParams):
    """`slow_close: 5s` is short for `{delay: 5s}`."""

    delay: Wall = Field(gt=0)
    """How late the end of the connection comes."""
    on: Side = "response"
    """`response`: the caller hears late that the target has closed. `request`: the other way round."""

    @model_validator(mode="before")
    @classmethod
    def _plain_delay(cls, value: Any) -> Any:
        return {"delay": value} if isinstance(value, str | int | float) else value


def _effect(params: SlowClose, _rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (DelayedClose(params.delay),))


SLOW_CLOSE = FaultKind("slow_close", SlowClose, frozenset({"http", "tcp"}), _effect, reach="connection")
