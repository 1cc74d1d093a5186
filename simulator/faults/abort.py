"""Something in between answers with an HTTP error; the target never sees the request.

What does it: a load balancer without a healthy target (502, 503, 504), a web application firewall (403), an
authenticating proxy (407), a gateway's limit of size (413).
"""

from random import Random
from typing import Any

from pydantic import Field, model_validator

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Reply
from simulator.faults.fields import HeaderMap


class Abort(FaultParams):
    """`abort: 503` is short for `{status: 503}`."""

    status: int = Field(default=503, ge=400, le=599)
    """HTTP status of the answer."""
    body: str = ""
    """Its body."""
    media: str = "text/plain; charset=utf-8"
    """Content-Type of the body."""
    headers: HeaderMap = Field(default={})
    """What the answer says beside it: `{Retry-After: 5, Via: 1.1 edge}`."""

    @model_validator(mode="before")
    @classmethod
    def _plain_status(cls, value: Any) -> Any:
        return {"status": value} if isinstance(value, str | int) else value


def _effect(params: Abort, _rng: Random) -> FaultEffect:
    reply = Reply(params.status, params.body.encode(), params.media, tuple(params.headers.items()))
    return FaultEffect("request", (reply,), f"answered {params.status}")


ABORT = FaultKind("abort", Abort, frozenset({"http"}), _effect, denies=True)
