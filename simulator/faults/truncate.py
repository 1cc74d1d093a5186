"""An answer ends before its end: fewer bytes than Content-Length says, or chunks without the last one.

What does it: a proxy whose upstream died or whose read time-out ran out in the middle of a body (nginx's
`proxy_read_timeout`), a load balancer that drains, a firewall that drops a long connection's state. A client must
treat such an answer as incomplete (RFC 9112 §8); one that was to last until the connection closes shows nothing.
"""

from random import Random
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from scenarios.units import Share
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Truncation


class Truncate(FaultParams):
    """`truncate: 50%` is short for `{at: 50%}`, `truncate:` alone for the half."""

    at: Share | None = Field(default=None, lt=1)
    """What part of the body still comes. Of an answer that does not say its length, once all of it is there."""
    bytes: int | None = Field(default=None, ge=0)
    """How many bytes behind the head still come; an answer that has no more is left alone. Streams are cut as they
    pass; of chunks, their lines count too."""
    then: Literal["close", "reset", "stall"] = "close"
    """How the connection goes on: it is closed, torn down with a TCP RST, or stands and says nothing more."""

    @model_validator(mode="before")
    @classmethod
    def _plain_share(cls, value: Any) -> Any:
        return {"at": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.at is not None and self.bytes is not None:
            raise ValueError("truncate takes one of: at · bytes")
        return self


def _effect(params: Truncate, _rng: Random) -> FaultEffect:
    share = 0.5 if params.at is None else params.at
    after = float(share) if params.bytes is None else params.bytes
    return FaultEffect("response", (Truncation(after, params.then),))


TRUNCATE = FaultKind("truncate", Truncate, frozenset({"http"}), _effect, denies=True)
