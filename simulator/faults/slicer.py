"""Bytes arrive in many small pieces, as over a radio link: code that takes one read for one message breaks."""

from random import Random
from typing import Any, Self

from pydantic import Field, model_validator

from scenarios.units import Size, Wall
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Side, Slices


class Slicer(FaultParams):
    """`slicer: 64b` is short for `{size: 64b}`."""

    size: Size = Field(gt=0)
    """Bytes of a piece, on average."""
    variation: Size = 0
    """A piece has up to so many bytes more or fewer, evenly distributed; less than `size`."""
    gap: Wall = 0.0
    """Time between two pieces."""
    on: Side = "response"
    """What goes to the target (`request`), or what comes back (`response`)."""

    @model_validator(mode="before")
    @classmethod
    def _plain_size(cls, value: Any) -> Any:
        return {"size": value} if isinstance(value, str | int) else value

    @model_validator(mode="after")
    def _something_is_left(self) -> Self:
        if self.variation >= self.size:
            raise ValueError("`variation` is as large as `size`: a piece could be empty")
        return self


def _effect(params: Slicer, _rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (Slices(params.size, params.variation, params.gap),))


SLICER = FaultKind("slicer", Slicer, frozenset({"http", "tcp"}), _effect, reach="connection")
