"""The effect of a fault on one request or connection: data, made of parts that the carriers carry out.

A carrier (a connection, or the transform of one message) asks a `FaultEffect` for the parts that it knows, and leaves
the others to those who know them. A new part needs its class here and the one carrier that carries it out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeVar

from simulator.faults.message import Message

Side = Literal["request", "response"]
"""Which way the bytes go that a fault is about: to the target, or back to the caller."""

Sharers = Literal["connection", "source", "link"]
"""Who has a thin line to themselves: each struck request or connection, each caller's address, or all together."""

Start = Literal["passing", "body", "itself"]
"""When a part takes effect: as soon as something passes, as a message's body begins, or when its carrier says so."""


class Part:
    """Base of the parts of a fault's effect."""

    __slots__ = ()

    starts: ClassVar[Start] = "passing"
    lasts: ClassVar[bool] = False
    """Whether it still takes effect behind a message's head."""


_P = TypeVar("_P", bound=Part)


@dataclass(frozen=True)
class Delay(Part):
    """Bytes are held up; on a connection the delay is drawn anew for every burst."""

    seconds: float


@dataclass(frozen=True)
class Pace(Part):
    """Bytes pass over a thin line."""

    rate: float
    """Bytes per second; 0: nothing passes."""
    sharers: Sharers = "connection"

    lasts = True


@dataclass(frozen=True)
class Slices(Part):
    """Bytes leave in small pieces, each a write of its own; of a message, its body alone."""

    size: int
    """Bytes of a piece, on average."""
    variation: int
    """Bytes that a piece may have more or fewer."""
    gap: float
    """Seconds between two pieces."""

    starts = "body"
    lasts = True


@dataclass(frozen=True)
class Loss(Part):
    """Segments get lost, and what is behind one waits until it has been sent again."""

    share: float
    """Part of all segments sent, those sent again included."""
    again: float
    """Seconds until a lost segment is sent again; twice as long each further time (RFC 6298 §5.5)."""

    starts = "itself"


@dataclass(frozen=True)
class DelayedClose(Part):
    """The end of the connection is held up."""

    seconds: float

    starts = "itself"


@dataclass(frozen=True)
class Allowance(Part):
    """Some bytes still pass before the ending, where that strikes a connection."""

    bytes: int


class Ending(Part):
    """Base of the ways in which a connection ends, or a request is kept from its target."""

    __slots__ = ()


@dataclass(frozen=True)
class Reset(Ending):
    """The connection ends with a TCP RST, `after` seconds in which nothing more is passed on."""

    after: float = 0.0


@dataclass(frozen=True)
class End(Ending):
    """The connection is closed in good order (a FIN to both sides)."""


@dataclass(frozen=True)
class Silence(Ending):
    """Nothing more is passed on; the connection closes `after` seconds, or never."""

    after: float | None


@dataclass(frozen=True)
class Reply(Ending):
    """An answer is given in the target's place, which never sees the request."""

    status: int
    body: bytes
    media: str
    """Content-Type; empty: none is said."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers beside the type and the length."""
    dated: tuple[tuple[str, float], ...] = ()
    """Headers that hold a date (RFC 9110 §5.6.7), so many seconds after the answer is sent."""

    def says(self, name: str) -> str | float | None:
        """Return what a header says, its name in small letters; of a date, how many seconds ahead it is."""
        said: dict[str, str | float] = {key.lower(): value for key, value in self.headers}
        return (said | {key.lower(): value for key, value in self.dated}).get(name)


@dataclass(frozen=True)
class Changed:
    """A message as an `Edit` leaves it."""

    message: Message
    description: str
    """What was done to it, for the row of the fault injection."""
    spoilt: bytes | None = None
    """Bytes that go out as they are in the body's place; the connection closes behind them."""


Edit = Callable[[Message], Changed | Reply | None]
"""Changes a whole message, or answers it; None: it is left alone, and the fault has had no effect on it."""


@dataclass(frozen=True)
class Rewrite(Part):
    """A message is changed; it goes on once it is whole, as through any gateway that rewrites."""

    edit: Edit

    starts = "itself"


@dataclass(frozen=True)
class BodyDelay(Part):
    """A body is held up when its head has gone."""

    seconds: float

    starts = "body"
    lasts = True


@dataclass(frozen=True)
class Truncation(Part):
    """A message ends before its end."""

    after: int | float
    """Bytes behind the head (chunk lines count), or, as a fraction, a part of them."""
    then: Literal["close", "reset", "stall"]

    starts = "itself"
    lasts = True


@dataclass(frozen=True)
class Copy(Part):
    """A request reaches the target twice; the answer to one of the two is dropped."""

    apart: float
    """Seconds between the two."""
    answer: Literal["first", "second"]

    starts = "itself"


@dataclass(frozen=True)
class FaultEffect:
    """What one struck request or connection suffers."""

    on: Side
    parts: tuple[Part, ...] = ()
    description: str = ""
    """What it does, for the row of the fault injection, where that is known beforehand."""

    def get(self, kind: type[_P]) -> _P | None:
        """Return its part of this kind, or None where it has none."""
        return next((part for part in self.parts if isinstance(part, kind)), None)

    def ended_by(self, ending: Ending) -> "FaultEffect":
        """Return the same effect with this ending in place of its own."""
        return replace(self, parts=(*(part for part in self.parts if not isinstance(part, Ending)), ending))
