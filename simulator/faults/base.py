"""What a fault is: something that a network does to a request or a connection.

A fault is data made by a pure function: it says what one struck request or connection suffers (a `Blow`). The
links of the field know how to carry it out, so that a fault never touches a socket.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from pydantic import model_validator

from scenarios.model import FaultUse
from scenarios.vocabulary import Params, Registry

Side = Literal["request", "response"]
"""Which way the bytes go that a fault is about: to the target, or back to the caller."""

Protocol = Literal["http", "tcp"]


class FaultParams(Params):
    """Base of the parameters of faults: `reset:` with nothing behind it is `reset: {}`."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_defaults(cls, value: Any) -> Any:
        return {} if value is None else value


@dataclass(frozen=True)
class Reset:
    """The connection ends with a TCP RST."""


@dataclass(frozen=True)
class Silence:
    """Nothing more is passed on; the connection closes `after` seconds, or never."""

    after: float | None


@dataclass(frozen=True)
class Reply:
    """An answer in the target's place, which never sees the request."""

    status: int
    body: bytes
    media: str


Ending = Reset | Silence | Reply


@dataclass(frozen=True)
class Blow:
    """What one struck request or connection suffers."""

    on: Side
    hold: float = 0.0
    """Seconds that bytes are held up; on tcp drawn anew for every burst."""
    pace: float | None = None
    """Bytes per second; None: as fast as they come."""
    ending: Ending | None = None


@dataclass(frozen=True)
class FaultKind:
    """A registered kind of fault."""

    name: str
    params: type[FaultParams]
    protocols: frozenset[Protocol]
    """Links that it can strike."""
    blow: Callable[[Any, Random], Blow]
    """Called with the parameters from the scenario and a generator for this strike alone."""
    accepting: bool = False
    """Strikes connections as they open, on `http` links too, and none that is open already."""


def problem(use: FaultUse, protocol: str, faults: Registry[FaultKind]) -> str | None:
    """Why `use` cannot strike a link of that protocol, or None; parameters are the lint's business."""
    if len(use.kinds) != 1:
        return f"a fault has one kind, this one has {len(use.kinds)}: {', '.join(use.kinds) or 'none'}"
    kind = faults[next(iter(use.kinds))]
    if protocol not in kind.protocols:
        return f"{kind.name} strikes {' and '.join(sorted(kind.protocols))} links, {use.link} is {protocol}"
    if use.where and (protocol != "http" or kind.accepting):
        return f"`where` picks requests; {kind.name} on {use.link} strikes connections"
    return None
