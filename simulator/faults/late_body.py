"""The head of an answer comes at once, the first byte of its body late.

What does it: a gateway that sends its head before it has asked the service behind it, a virus scanner that holds a
download back, a server that flushes early and computes then. Time-outs that end with the head do not see it.
`latency` is the same for an answer as a whole.
"""

from random import Random
from typing import Any

from pydantic import Field, model_validator

from scenarios.units import Wall
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import BodyDelay, FaultEffect


class LateBody(FaultParams):
    """`late_body: 3s` is short for `{by: 3s}`."""

    by: Wall = Field(gt=0)
    """How long after the head the body comes."""

    @model_validator(mode="before")
    @classmethod
    def _plain_duration(cls, value: Any) -> Any:
        return {"by": value} if isinstance(value, str | int | float) else value


def _effect(params: LateBody, _rng: Random) -> FaultEffect:
    return FaultEffect("response", (BodyDelay(params.by),), f"body {params.by:g} s behind its head")


LATE_BODY = FaultKind("late_body", LateBody, frozenset({"http"}), _effect)
