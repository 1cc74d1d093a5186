"""Followers get every event once, in order, from where they left off."""

import asyncio
from datetime import datetime

from simulator.field.events import Events
from simulator.protocol.events import FieldEvent, LapStarted, PhaseBegan

SIM = datetime(2026, 3, 2)


async def _take(events: Events, after: int, count: int) -> list[FieldEvent | None]:
    taken: list[FieldEvent | None] = []
    async for event in events.follow(after, heartbeat=0.05):
        taken.append(event)
        if len(taken) == count:
            break
    return taken


async def test_a_follower_gets_what_was_and_what_comes() -> None:
    events = Events()
    events.add(LapStarted(lap=1, at=0.0, timeline=()))
    following = asyncio.create_task(_take(events, after=0, count=3))
    await asyncio.sleep(0)
    events.add(PhaseBegan(lap=1, at=0.1, phase="morning", sim=SIM))
    events.add(PhaseBegan(lap=1, at=0.2, phase="noon", sim=SIM))
    taken = await following
    assert [event and event.seq for event in taken] == [1, 2, 3]
    assert taken[1] == PhaseBegan(seq=2, lap=1, at=0.1, phase="morning", sim=SIM)
    assert [event and event.seq for event in await _take(events, after=2, count=1)] == [3]


async def test_nothing_new_is_a_heartbeat_and_the_end_is_an_end() -> None:
    events = Events()
    assert await _take(events, after=0, count=1) == [None]
    events.add(PhaseBegan(lap=1, at=0.0, phase="morning", sim=SIM))
    events.close()
    assert [event and event.seq for event in await _take(events, after=0, count=9)] == [1]
