"""Follow what an engagement's world does."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.world.live.feed import Message


@dataclass(frozen=True)
class WatchRequest:
    """Whose world."""

    engagement: "Engagement"


async def watch(request: WatchRequest) -> "AsyncGenerator[Message]":
    """Yield what its world does, until it is gone; the last message is an `Ended`, the only one where no world runs."""
    from labs.world.live.feed import follow
    from labs.world.live.model import Ended

    world = request.engagement.world()
    if world is None:
        yield Ended("No world of this engagement is running", "launch it from its briefing", wanted=True)
        return
    async for message in follow(world):
        yield message
