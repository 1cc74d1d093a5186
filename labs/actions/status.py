"""What the world of an engagement is doing now."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.world.events import Message
    from labs.world.keepers import Keeper
    from simulator.protocol.control import WorldStatus as KeeperStatus


@dataclass(frozen=True)
class StatusRequest:
    """Whose world."""

    engagement: "Engagement"


@dataclass(frozen=True)
class WorldStatus:
    """What there is to say of it."""

    session: str | None
    """None: no world runs."""
    world: "KeeperStatus | None"
    """As the keeper tells it; None: no world runs."""
    ended: str | None
    """Why the world that ran last is no more, where that is known."""
    messages: "tuple[Message, ...]"
    """What people of the customer wrote."""
    elsewhere: "tuple[Keeper, ...]"
    """Worlds of other state folders on this machine; looked for where none of the engagement runs."""


def status(request: StatusRequest) -> WorldStatus:
    """Ask the world. Raises `UsageProblem` where it is another user's, and `CouldNotJudge` where it does not answer."""
    from labs.world import endings, keepers
    from labs.world.client import World

    engagement = request.engagement
    world = engagement.world()
    if world is None:
        engagement.out_of_reach()
        ended = endings.why(World.find(engagement.session)) if engagement.session else None
        return WorldStatus(None, None, ended, (), tuple(keepers.elsewhere()))
    from labs.world.events import messages

    said = messages(world.events_from(0)[0], engagement.entry().scenario)
    return WorldStatus(world.session, world.status(), None, tuple(said), ())
