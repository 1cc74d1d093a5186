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

Reach = Literal["traffic", "connection", "opening", "link"]
"""What a fault is dealt to.

`traffic`: requests on an `http` link, connections on a `tcp` one. `connection`: connections, on `http` links too.
`opening`: connections as they open, and none that is open already. `link`: the whole of it, for as long as it is on.
"""

Sharers = Literal["connection", "source", "link"]
"""Who has a thin line to themselves: each struck request or connection, each caller's address, or all together."""


class FaultParams(Params):
    """Base of the parameters of faults: `reset:` with nothing behind it is `reset: {}`."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_defaults(cls, value: Any) -> Any:
        return {} if value is None else value


@dataclass(frozen=True)
class Reset:
    """The connection ends with a TCP RST, `after` seconds in which nothing more is passed on."""

    after: float = 0.0


@dataclass(frozen=True)
class End:
    """The connection is closed in good order (a FIN to both sides)."""


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


Ending = Reset | End | Silence | Reply


@dataclass(frozen=True)
class Slices:
    """Bytes leave in small pieces, each a write of its own."""

    size: int
    """Bytes of a piece, on average."""
    variation: int
    """Bytes that a piece may have more or fewer."""
    gap: float
    """Seconds between two pieces."""


@dataclass(frozen=True)
class Loss:
    """Segments get lost, and what is behind one waits until it has been sent again."""

    share: float
    """Of all segments sent, those sent again included."""
    again: float
    """Seconds until a lost segment is sent again; twice as long each further time (RFC 6298 §5.5)."""


@dataclass(frozen=True)
class Blow:
    """What one struck request or connection suffers."""

    on: Side
    hold: float = 0.0
    """Seconds that bytes are held up; on connections drawn anew for every burst."""
    pace: float | None = None
    """Bytes per second; None: as fast as they come."""
    sharers: Sharers = "connection"
    """Who shares that pace."""
    slices: Slices | None = None
    loss: Loss | None = None
    close: float = 0.0
    """Seconds that the end of the connection is held up."""
    ending: Ending | None = None
    spares: int = 0
    """Bytes that still pass before the ending, where it strikes a connection."""


@dataclass(frozen=True)
class FaultKind:
    """A registered kind of fault."""

    name: str
    params: type[FaultParams]
    protocols: frozenset[Protocol]
    """Links that it can strike."""
    blow: Callable[[Any, Random], Blow]
    """Called with the parameters from the scenario and a generator for this strike alone."""
    reach: Reach = "traffic"


def problem(use: FaultUse, protocol: str, faults: Registry[FaultKind]) -> str | None:
    """Why `use` cannot strike a link of that protocol, or None; parameters are the lint's business."""
    if len(use.kinds) != 1:
        return f"a fault has one kind, this one has {len(use.kinds)}: {', '.join(use.kinds) or 'none'}"
    kind = faults[next(iter(use.kinds))]
    if protocol not in kind.protocols:
        return f"{kind.name} strikes {' and '.join(sorted(kind.protocols))} links, {use.link} is {protocol}"
    if kind.reach == "link" and (use.where or use.picks):
        words = " and ".join(f"`{word}`" for word in (*use.picks, *(["where"] if use.where else [])))
        return f"{kind.name} strikes the whole of {use.link}; {words} would pick from it"
    if use.where and (protocol != "http" or kind.reach != "traffic"):
        return f"`where` picks requests; {kind.name} on {use.link} strikes connections"
    return None
