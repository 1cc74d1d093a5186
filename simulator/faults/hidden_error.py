"""Success that is none: status 200, and an error inside.

What does it: gateways and SOAP or RPC bridges that answer 200 whatever happened and put the failure into the body,
and error pages of a CDN or a maintenance proxy that are served with 200.
"""

from dataclasses import dataclass, replace
from random import Random

from pydantic import Field

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import Changed, FaultEffect, Reply, Rewrite, Side
from simulator.faults.message import Message


class HiddenErrorParams(FaultParams):
    """`hidden_error:` alone is enough."""

    status: int = Field(default=200, ge=200, le=299)
    """HTTP status of the answer."""
    body: str = '{"error": {"code": "UPSTREAM_FAILED", "message": "upstream request failed"}}'
    """Its body, with the error in it."""
    media: str = "application/json"
    """Content-Type of the body."""
    on: Side = "request"
    """`request`: the target never sees it. `response`: the target has done its work, and its answer is lost."""


@dataclass(frozen=True)
class Hide:
    """Puts an error document in the place of an answer."""

    status: int
    body: bytes
    media: str

    def __call__(self, message: Message) -> Changed:
        kept = message.without("content-encoding", "etag", "last-modified").saying("Content-Type", self.media)
        version = message.start.split(" ", 1)[0]
        changed = replace(kept, start=f"{version} {self.status} OK").carrying(self.body)
        return Changed(changed, f"answered {self.status} with an error in place of {message.status}")


def _effect(params: HiddenErrorParams, _rng: Random) -> FaultEffect:
    body = params.body.encode()
    if params.on == "response":
        return FaultEffect("response", (Rewrite(Hide(params.status, body, params.media)),))
    reply = Reply(params.status, body, params.media)
    return FaultEffect("request", (reply,), f"answered {params.status} with an error, not delivered")


HIDDEN_ERROR = FaultKind("hidden_error", HiddenErrorParams, frozenset({"http"}), _effect)
