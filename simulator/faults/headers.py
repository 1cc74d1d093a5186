"""Headers are dropped or altered on the way.

What does it: a proxy that strips what it does not know (nginx drops names with underscores), a gateway that takes
`Authorization`, `ETag` or `Retry-After` for its own, one that sets another `Content-Type`, `Cache-Control` or `Host`.
"""

from dataclasses import dataclass
from random import Random
from typing import Self

from pydantic import Field, model_validator

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import Changed, FaultEffect, Rewrite, Side
from simulator.faults.fields import HeaderMap, HeaderName
from simulator.faults.message import Message


class HeadersParams(FaultParams):
    """At least one of `drop` and `set`."""

    drop: list[HeaderName] = Field(default=[])
    """Names, in any case."""
    set: HeaderMap = Field(default={})
    """Values by name, in the place of what was there, if anything was."""
    on: Side = "response"
    """What goes to the target (`request`), or what comes back (`response`)."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.drop and not self.set:
            raise ValueError("headers takes `drop`, `set` or both")
        return self


@dataclass(frozen=True)
class Headers:
    """Drops, then sets."""

    drop: tuple[str, ...]
    put: tuple[tuple[str, str], ...]

    def __call__(self, message: Message) -> Changed | None:
        dropped = [name for name in self.drop if message.header(name) is not None]
        changed = message.without(*dropped)
        told = [f"dropped {name}" for name in dropped]
        for name, value in self.put:
            if message.header(name) != value:
                changed = changed.saying(name, value)
                told.append(f"{name}: {value}")
        return Changed(changed, ", ".join(told)) if told else None


def _effect(params: HeadersParams, _rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (Rewrite(Headers(tuple(params.drop), tuple(params.set.items()))),))


HEADERS = FaultKind("headers", HeadersParams, frozenset({"http"}), _effect)
