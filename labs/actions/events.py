"""What an action tells while it works."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from scenarios.model import Scenario
    from simulator.protocol.events import Event


@dataclass(frozen=True)
class FolderReady:
    """The engagement's folder is there."""

    engagement: "Engagement"
    new: bool


@dataclass(frozen=True)
class WorldOf:
    """The world that the action works on from now on is one of this scenario."""

    scenario: "Scenario"


@dataclass(frozen=True)
class WorldJoined:
    """A world of the engagement ran already: it is joined, and not begun anew."""

    up: bool
    """Whether its first lap has begun; else it is still coming up."""


@dataclass(frozen=True)
class WorldEvent:
    """Something happened in the world that the action works on."""

    event: "Event"


@dataclass(frozen=True)
class Judging:
    """The exam's lap is over, and its evidence is being judged."""

    evidence: Path


ActionEvent = FolderReady | WorldOf | WorldJoined | WorldEvent | Judging
Tell = Callable[[ActionEvent], None]


def unheard(_event: ActionEvent) -> None:
    """Hear nothing of it: for whoever only wants the result."""


def of_world(tell: Tell) -> "Callable[[Event], None]":
    """Return what tells of a world's events by `tell`."""
    return lambda event: tell(WorldEvent(event))
