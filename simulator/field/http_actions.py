"""What the state machine of an HTTP connection asks its transport to do, in the order in which it is to be done."""

from dataclasses import dataclass
from typing import Literal

from simulator.faults.effects import Side
from simulator.field.attempts import Attempt
from simulator.field.fault_injection import LinkInjection


@dataclass(frozen=True, slots=True)
class Send:
    """Send bytes to the target (`request`) or to the client (`response`), behind all that was sent there before."""

    side: Side
    data: bytes
    hold: float = 0.0
    """Seconds that they are held up."""
    paced: tuple[LinkInjection, ...] = ()
    """The injections over whose thin lines they go."""
    sliced: LinkInjection | None = None
    """The injection that says in which pieces they leave."""
    ends: tuple[LinkInjection, ...] = ()
    """The injections that are over once they have left."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Tell the state machine (`left`) once all that was sent to the client has left: this attempt has its answer."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class EndBy:
    """End the connection as an injection says."""

    injection: LinkInjection


@dataclass(frozen=True, slots=True)
class CutOff:
    """End the connection behind what was sent to the client; `stall` leaves it open and passes nothing more on."""

    injection: LinkInjection
    then: Literal["close", "reset", "stall"]


@dataclass(frozen=True, slots=True)
class CloseClient:
    """Close the client's connection behind what was sent to it, and pass nothing more on."""


@dataclass(frozen=True, slots=True)
class ResetClient:
    """Tear the client's connection down, and pass nothing more on."""


@dataclass(frozen=True, slots=True)
class DeliverAgain:
    """Deliver a whole request to the target on a connection of its own, `after` so many seconds."""

    request: bytes
    after: float


Last = EndBy | CutOff | CloseClient | ResetClient
"""The actions behind which nothing more is passed on."""
Action = Send | Answered | DeliverAgain | Last
