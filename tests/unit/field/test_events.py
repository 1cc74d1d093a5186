"""Followers get every event once, in order, from where they left off."""

import asyncio
from typing import Any

from simulator.field.events import Events


async def _take(events: Events, after: int, count: int) -> list[dict[str, Any] | None]:
    taken: list[dict[str, Any] | None] = []
    async for event in events.follow(after, heartbeat=0.05):
        taken.append(event)
        if len(taken) == count:
            break
    return taken


async def test_a_follower_gets_what_was_and_what_comes() -> None:
    events = Events()
    events.add("lap-started", 1, 0.0)
    following = asyncio.create_task(_take(events, after=0, count=3))
    await asyncio.sleep(0)
    events.add("phase", 1, 0.1, phase="morning")
    events.add("phase", 1, 0.2, phase="noon")
    taken = await following
    assert [event and event["seq"] for event in taken] == [1, 2, 3]
    assert taken[1] == {"seq": 2, "kind": "phase", "lap": 1, "at": 0.1, "phase": "morning"}
    assert [event and event["seq"] for event in await _take(events, after=2, count=1)] == [3]


async def test_nothing_new_is_a_heartbeat_and_the_end_is_an_end() -> None:
    events = Events()
    assert await _take(events, after=0, count=1) == [None]
    events.add("phase", 1, 0.0)
    events.close()
    assert [event and event["seq"] for event in await _take(events, after=0, count=9)] == [1]
