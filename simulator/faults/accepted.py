"""Accepted and not done: the answer says that all is well, and the target never sees the request.

What does it: an API gateway, a message broker's HTTP bridge or a webhook relay that acknowledges before it delivers,
and then loses what it took.
"""

from random import Random
from typing import Any

from pydantic import Field, model_validator

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Reply


class Accepted(FaultParams):
    """`accepted: 200` is short for `{status: 200}`."""

    status: int = Field(default=202, ge=200, le=299)
    """HTTP status of the answer."""
    body: str = '{"status": "accepted"}'
    """204 has none."""
    media: str = "application/json"
    """Content-Type of the body."""

    @model_validator(mode="before")
    @classmethod
    def _plain_status(cls, value: Any) -> Any:
        return {"status": value} if isinstance(value, str | int) else value


def _effect(params: Accepted, _rng: Random) -> FaultEffect:
    reply = Reply(params.status, params.body.encode(), params.media)
    return FaultEffect("request", (reply,), f"answered {params.status}, not delivered")


ACCEPTED = FaultKind("accepted", Accepted, frozenset({"http"}), _effect)
