"""When things are due, by simulated time."""

import asyncio
import time
from datetime import datetime

import pytest
from pydantic import ValidationError

from simulator.clock import Clock, Span, Timeline
from simulator.parts.schedule import Schedule, Scheduled, keep

DAY = 86_400.0
BEGIN = datetime(2026, 3, 2, 8)


def timeline(days: float = 2.0, wall: float = 20.0) -> Timeline:
    rate = days * DAY / wall
    span = Span("all", 0.0, wall, BEGIN, rate, graded=True, shift=False)
    return Timeline((span, Span("drain", wall, wall + 1, span.sim(wall), rate, graded=False, shift=False)))


def test_times_of_the_day_come_every_day_while_traffic_runs() -> None:
    due = Schedule(at=["17:00", "05:30"]).times(timeline())
    assert [f"{t:%d %H:%M}" for t in due] == ["02 17:00", "03 05:30", "03 17:00", "04 05:30"]


def test_every_so_often_and_once() -> None:
    assert [f"{t:%d %H:%M}" for t in Schedule(every=DAY / 2).times(timeline())] == ["02 20:00", "03 08:00", "03 20:00"]
    assert Schedule(after=60.0).times(timeline()) == [datetime(2026, 3, 2, 8, 1)]
    assert Schedule(after=3 * DAY).times(timeline()) == []


def test_a_schedule_says_one_thing() -> None:
    with pytest.raises(ValidationError, match="only one of"):
        Schedule(every=60.0, at=["08:00"])
    with pytest.raises(ValidationError, match="say when"):
        Scheduled()
    with pytest.raises(ValidationError):
        Schedule(at=["8:00"])


async def test_things_are_done_in_order_and_never_early() -> None:
    clock, done = Clock(timeline(), time.monotonic()), []

    async def note() -> None:
        done.append(clock.at())

    async with asyncio.timeout(30):
        await keep(clock, [(0.1, note), (-1.0, note), (0.05, note)])
    assert [at >= due for at, due in zip(done, (-1.0, 0.05, 0.1), strict=True)] == [True] * 3
