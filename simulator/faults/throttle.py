"""429 Too Many Requests (RFC 6585 §4) from something in between, for parts that have no limit of their own.

What does it: the rate limiting of an API gateway or a mesh (Kong, Envoy, nginx's `limit_req`). A limit that the
customer's system keeps itself is a setting of its part.
"""

import math
from random import Random
from typing import Any, Literal

from pydantic import Field, model_validator

from scenarios.units import Wall
from simulator.faults.base import FaultKind, FaultParams, RequestHead
from simulator.faults.effects import FaultEffect, Reply
from simulator.faults.message import Headers, Message


class Throttle(FaultParams):
    """`throttle: 2s` is short for `{retry_after: 2s}`."""

    retry_after: Wall | None = Field(default=None, gt=0)
    """What Retry-After says, in whole seconds, rounded up; left out: with `limit` when the window ends, else 1 s."""
    form: Literal["seconds", "date", "none"] = "seconds"
    """How Retry-After says it (RFC 9110 §10.2.3): a number, an HTTP date, or not at all."""
    headers: list[Literal["x-ratelimit", "ratelimit"]] = Field(default=["x-ratelimit"])
    """The headers beside it: `X-RateLimit-Limit`, `-Remaining` and `-Reset` in seconds; `RateLimit` and
    `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10)."""
    limit: int | None = Field(default=None, ge=1)
    """Requests that pass in each `window`; those beyond it are struck. Left out: every request that is picked."""
    window: Wall = Field(default=1.0, gt=0)
    """Fixed windows, from the first request on."""
    body: str = '{"error": "rate limit exceeded"}'
    """Body of the refusal."""
    media: str = "application/json"
    """Content-Type of the body."""

    @model_validator(mode="before")
    @classmethod
    def _plain_duration(cls, value: Any) -> Any:
        return {"retry_after": value} if isinstance(value, str) else value

    def reply(self, left: float | None = None) -> Reply:
        """Return the refusal, `left` seconds before the window ends."""
        wait = math.ceil(self.retry_after or left or 1.0)
        headers: Headers = (("Retry-After", str(wait)),) if self.form == "seconds" else ()
        limit = self.limit or 1
        if "x-ratelimit" in self.headers:
            said = {"Limit": limit, "Remaining": 0, "Reset": wait}
            headers += tuple((f"X-RateLimit-{name}", str(value)) for name, value in said.items())
        if "ratelimit" in self.headers:
            policy = f'"default";q={limit};w={math.ceil(self.window)}'
            headers += (("RateLimit-Policy", policy), ("RateLimit", f'"default";r=0;t={wait}'))
        dated = (("Retry-After", float(wait)),) if self.form == "date" else ()
        return Reply(429, self.body.encode(), self.media, headers, dated)


class Window:
    """Counts what passes in the window that is open."""

    def __init__(self, params: Throttle) -> None:
        self._params = params
        self._ends = -math.inf
        self._passed = 0

    def answer(self, _head: RequestHead, now: float) -> Reply | None:
        """Return the refusal of a request beyond the limit, or None for one within it."""
        params = self._params
        if params.limit is None:
            return params.reply()
        if now >= self._ends:
            self._ends, self._passed = now + params.window, 0
        if self._passed < params.limit:
            self._passed += 1
            return None
        return params.reply(self._ends - now)

    def wants(self, _head: RequestHead, _picked: bool) -> bool:
        """Return False: answers do not count."""
        return False

    def learn(self, head: RequestHead, answer: Message | None, now: float) -> None:
        """Do nothing: answers do not count."""


def _effect(params: Throttle, _rng: Random) -> FaultEffect:
    return FaultEffect("request", (params.reply(),), "answered 429")


THROTTLE = FaultKind("throttle", Throttle, frozenset({"http"}), _effect, memory=Window, denies=True)
