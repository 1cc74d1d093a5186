"""What a fault is: something that a network does to a request or a connection.

A fault is data made by a pure function: it says what one struck request or connection suffers (a `FaultEffect`). The
links of the field know how to carry it out, so that a fault never touches a socket.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, Protocol

from pydantic import model_validator

from scenarios.model import FaultUse
from scenarios.vocabulary import Params, Registry
from simulator.faults.message import Message

Side = Literal["request", "response"]
"""Which way the bytes go that a fault is about: to the target, or back to the caller."""

Wire = Literal["http", "tcp"]
"""What a link knows of the bytes that pass: requests and their answers, or connections."""


class RequestHead(Protocol):
    """What a fault may know of a request when it strikes: its first line and its headers."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str:
        """Without the query."""

    @property
    def target(self) -> str:
        """The path with the query, as it stands in the request."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Values by lower-case name."""


Reach = Literal["traffic", "connection", "opening", "link"]
"""What a fault is dealt to.

`traffic`: requests on an `http` link, connections on a `tcp` one. `connection`: connections, on `http` links too.
`opening`: connections as they open, and none that is open already. `link`: the whole of it, for as long as it is on.
"""

Sharers = Literal["connection", "source", "link"]
"""Who has a thin line to themselves: each struck request or connection, each caller's address, or all together."""


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHOD = re.compile(r"[A-Z*?\[\]!-]+")


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
    """Content-Type; empty: none is said."""
    headers: tuple[tuple[str, str], ...] = ()
    """Beside the type and the length."""
    dated: tuple[tuple[str, float], ...] = ()
    """Headers that hold a date (RFC 9110 §5.6.7), so many seconds after the answer is sent."""

    def says(self, name: str) -> str | float | None:
        """What a header says, its name in small letters; of one that holds a date, how many seconds ahead that is."""
        said: dict[str, str | float] = {key.lower(): value for key, value in self.headers}
        return (said | {key.lower(): value for key, value in self.dated}).get(name)


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
class Changed:
    """A message as an `Edit` leaves it."""

    message: Message
    effect: str
    """What was done to it, for the strike's row."""
    spoilt: bytes | None = None
    """Goes out as it is in the body's place, and the connection closes behind it."""


Edit = Callable[[Message], Changed | Reply | None]
"""Changes a whole message, or answers it; None: it is left alone and nothing has struck."""


@dataclass(frozen=True)
class Truncation:
    """An answer ends before its end."""

    after: int | float
    """Bytes behind the head (chunk lines count), or, as a fraction, a part of them."""
    then: Literal["close", "reset", "stall"]


@dataclass(frozen=True)
class Copy:
    """A request reaches the target twice; the answer to one of the two is dropped."""

    apart: float
    """Seconds between the two."""
    answer: Literal["first", "second"]


@dataclass(frozen=True)
class FaultEffect:
    """What one struck request or connection suffers; from `edit` on, requests alone."""

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
    edit: Edit | None = None
    """A message that is edited goes on once it is whole, as through any gateway that rewrites."""
    late: float = 0.0
    """Seconds that a body is held up when its head has gone."""
    truncation: Truncation | None = None
    copy: Copy | None = None
    effect: str = ""
    """What it does, for the strike's row, where that is known beforehand."""


class Memory(Protocol):
    """What a fault keeps of the exchanges on its link, for as long as it is switched on."""

    def answer(self, head: RequestHead, now: float) -> Reply | None:
        """What stands in for the target's answer; None: the request is left alone, and no card is dealt for it."""

    def wants(self, head: RequestHead, picked: bool) -> bool:
        """Whether to be told of the answer to a request that passes unstruck; `picked`: `where` picks it."""

    def learn(self, head: RequestHead, answer: Message | None, now: float) -> None:
        """The target has answered; None: with more than a link keeps. `now` is in wall seconds of the lap."""


@dataclass(frozen=True)
class FaultKind:
    """A registered kind of fault."""

    name: str
    params: type[FaultParams]
    protocols: frozenset[Wire]
    """Links that it can strike."""
    blow: Callable[[Any, Random], FaultEffect]
    """Called with the parameters from the scenario and a generator for this strike alone."""
    reach: Reach = "traffic"
    memory: Callable[[Any], Memory] | None = None
    """Made from the parameters when the fault is switched on; it says whether, and with what, the fault answers."""
    media: frozenset[str] = frozenset()
    """What bodies it can strike (`json`, `xml`); empty: any."""
    denies: bool = False
    """Whom it strikes gets no answer that counts as one: on what comes in, no deployment can help that."""


def problem(use: FaultUse, protocol: str, faults: Registry[FaultKind], speaks: str | None = None) -> str | None:
    """Why `use` cannot strike a link of that protocol, or None; parameters are the lint's business.

    `speaks` is what the bodies on the link are written in, where that is known.
    """
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
    if speaks is not None and kind.media and speaks not in kind.media:
        return f"{kind.name} strikes {' and '.join(sorted(kind.media))} bodies, {use.link} speaks {speaks}"
    return unpickable(use)


def unpickable(use: FaultUse) -> str | None:
    """Why no request can be like its `where`, or None."""
    path, method = use.where.get("path"), use.where.get("method")
    if path is not None and path[:1] not in ("/", "*", "?", "["):
        return f"`where` picks no request: a path begins with `/`, {path!r} does not"
    if path is not None and "?" in path and "=" in path.partition("?")[2]:
        return f"`where` picks no request: the path is looked at without its query, {path!r} holds one"
    if method is not None and not _METHOD.fullmatch(method.upper()):
        return f"`where` picks no request: {method!r} is no method"
    wrong = next((name for name in use.where if not _TOKEN.fullmatch(name)), None)
    return f"`where` picks no request: {wrong!r} is no header's name" if wrong is not None else None
