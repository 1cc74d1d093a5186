"""Packets get lost. Over TCP that shows as stalls: what is behind a lost segment waits until it was sent again.

The stall is a retransmission time-out that doubles while the same segment is lost again (RFC 6298 §5). Recovery by
duplicate acknowledgements (RFC 5681 §3.2), which spares long transfers some of it, is left out: the short messages
of business systems end before three of them come.
"""

from random import Random
from typing import Any

from pydantic import Field, model_validator

from scenarios.units import Share, Wall
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Loss, Side


class LossParams(FaultParams):
    """`loss: 2%` is short for `{segments: 2%}`."""

    segments: Share = Field(gt=0, le=0.5)
    """Part of the segments (1460 bytes) that are lost: dealt, exact in number over all that the link carries."""
    again: Wall = Field(default=0.2, gt=0)
    """Time until a lost segment is sent again; Linux waits 200 ms at least."""
    on: Side = "response"
    """What goes to the target (`request`), or what comes back (`response`)."""

    @model_validator(mode="before")
    @classmethod
    def _plain_share(cls, value: Any) -> Any:
        return {"segments": value} if isinstance(value, str | float) else value


def _effect(params: LossParams, _rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (Loss(params.segments, params.again),))


LOSS = FaultKind("loss", LossParams, frozenset({"http", "tcp"}), _effect, reach="connection")
