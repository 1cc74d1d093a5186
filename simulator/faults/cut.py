"""A connection carries so many bytes and no more: then it is closed, torn down, or falls silent."""

from random import Random
from typing import Any, Literal

from pydantic import Field, model_validator

from scenarios.units import Size
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import Allowance, End, Ending, FaultEffect, Reset, Side, Silence

_ENDINGS: dict[str, Ending] = {"end": End(), "reset": Reset(), "silence": Silence(None)}


class Cut(FaultParams):
    """`cut: 10k` is short for `{after: 10k}`."""

    after: Size = Field(ge=0)
    """Bytes that a struck connection still carries that way."""
    by: Literal["end", "reset", "silence"] = "end"
    """`end`: it closes in good order. `reset`: with a TCP RST. `silence`: it stands, and carries nothing more."""
    on: Side = "response"
    """What goes to the target (`request`), or what comes back (`response`)."""

    @model_validator(mode="before")
    @classmethod
    def _plain_size(cls, value: Any) -> Any:
        return {"after": value} if isinstance(value, str | int) else value


def _effect(params: Cut, _rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (_ENDINGS[params.by], Allowance(params.after)))


CUT = FaultKind("cut", Cut, frozenset({"http", "tcp"}), _effect, reach="connection")
