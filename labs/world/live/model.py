"""What a watcher is told of a world: small frozen values, each complete in itself, so that a newer one replaces it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.protocol.control import Phase
from simulator.protocol.live import Health, Second, Service

if TYPE_CHECKING:
    from simulator.clock import Span
    from simulator.protocol.events import Event

__all__ = [
    "Books", "Ended", "Fault", "Happened", "Health", "Line", "Lines", "Link", "Money", "Second", "Service", "Snapshot",
    "When",
]  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """What the learner put on a link by hand, and is on it now."""

    kind: str
    params: Any
    """As the author wrote them."""
    share: float
    struck: int
    """How often it has struck since it was switched on."""

    @property
    def words(self) -> str:
        """What it does, in a few words: `latency from 8s to 12s on 5 %`."""
        given = self.params
        if isinstance(given, Mapping):
            said = " ".join(f"{name} {value}" for name, value in given.items())
        else:
            said = "" if given is None else str(given)
        share = "" if self.share == 1 else f"on {100 * self.share:.3g} %"
        return " ".join(part for part in (self.kind, said, share) if part)


@dataclass(frozen=True)
class Link:
    """A connection through the field."""

    name: str
    """The part's that it leads to; of one that traffic comes in by, the service's."""
    inward: bool
    connections: int
    faults: tuple[Fault, ...] = ()

    @property
    def struck(self) -> int:
        """How often what is on it has struck."""
        return sum(fault.struck for fault in self.faults)


@dataclass(frozen=True)
class Books:
    """What was booked in one lap so far; losses negative."""

    lap: int
    total: float
    accounts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Amount by account, then by cause."""


@dataclass(frozen=True)
class Money:
    """What the customer is losing; losses negative, in the customer's currency."""

    currency: str
    now: Books
    before: Books | None
    """The lap before, whole."""
    hours: float
    """Simulated hours of this lap's graded phases so far."""
    reference: float | None
    """What the reference would have by now, were its loss spread evenly over the graded hours; None: not calibrated."""
    untouched: float | None
    """The same of the deployment as it was handed over."""

    @property
    def per_hour(self) -> float | None:
        """Per simulated hour, over this lap so far; None before the first minute of it."""
        return self.now.total / self.hours if self.hours > 1 / 60 else None


@dataclass(frozen=True)
class When:
    """Where the lap is."""

    lap: int
    at: float
    """Wall seconds since its start."""
    phase: str
    sim: datetime
    rate: float
    """Simulated seconds per wall second."""
    spans: "tuple[Span, ...]"
    """Of the lap; those that have not begun have no name."""

    @property
    def progress(self) -> float:
        """0 to 1 of the lap, the drain included."""
        return min(1.0, max(0.0, self.at / self.spans[-1].ends)) if self.spans else 0.0


@dataclass(frozen=True)
class Snapshot:
    """All that is known of the world now, but its lines."""

    state: Phase
    lap: int
    runtime: str
    why: str
    services: tuple[Service, ...]
    links: tuple[Link, ...] = ()
    when: When | None = None
    """None between laps."""
    seconds: tuple[Second, ...] = ()
    """The newest ones, oldest first, across laps."""
    money: Money | None = None
    """None until a lap has begun."""


@dataclass(frozen=True)
class Line:
    """One line that a service printed."""

    number: int
    """Counts the service's lines from 1 on."""
    at: float
    """Wall second of the lap."""
    service: str
    stream: str
    text: str


@dataclass(frozen=True)
class Lines:
    """New lines of one service; `skipped` more came before them and were passed over."""

    service: str
    lines: tuple[Line, ...]
    skipped: int = 0


@dataclass(frozen=True)
class Happened:
    """An event of the world; those from before one came to watch come first."""

    event: "Event"


@dataclass(frozen=True)
class Ended:
    """The world is no more: why, and what to do. Nothing comes after it."""

    reason: str
    advice: str
    wanted: bool
    """Whether somebody stopped it."""
