"""What the app holds on to while it watches a world for an hour: 3,600 seconds, told as fast as it takes them.

Snapshots every second, fifty lines a second, the same letters in every lap, a save with its redeploy and a judgement
every minute, and every tenth minute a look at the other places. After ten minutes everything bounded is full, so from
then on memory must not grow.
"""

import gc
from pathlib import Path

import psutil
import pytest
from textual.pilot import Pilot

from labs.engagement.engagement import Engagement
from labs.tui.app import Fdelab
from labs.tui.console.logs import Logs
from labs.tui.console.tail import KEPT
from labs.tui.memory import Memory
from labs.world.live.model import Happened
from simulator.clock import timeline
from simulator.protocol.events import MessageSent
from tests.conftest import Figure
from tests.unit.tui import desks
from tests.unit.tui.conftest import settled
from tests.unit.tui.fakes import Fake

MINUTES, FULL, LINES = 60, 10, 50
BUDGET = 1.1
"""Memory after an hour ÷ memory when everything bounded is full."""


def _resident() -> float:
    """MiB."""
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 2**20


async def _minute(pilot: Pilot[None], desk: desks.FakeDesk, minute: int) -> None:
    """One lap: seconds of traffic and logs, letters, and a save."""
    lap = timeline(desks.SCENARIO).spans[-1].ends
    for second in range(60):
        desk.told.put_nowait(desks.snapshot(at=second * lap / 60))
        desk.told.put_nowait(desks.lines(1 + LINES * (60 * minute + second), LINES))
        if second % 5 == 0:
            await pilot.pause()
    for sender in ("lena", "dieter"):
        desk.told.put_nowait(Happened(MessageSent(lap=1, at=0.0, sender=sender, text="Is that you?")))
    desk.ripe = True
    desk.saved.put_nowait(["app/main.py"])
    await settled(pilot)


async def test_an_hour_leaves_no_more_than_its_first_ten_minutes(
    tmp_path: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path))
    fake = Fake()
    app = Fdelab(fake, Memory(place="console"))
    app.set_reactive(Fdelab.engagement, Engagement(tmp_path / "promise-dates", "promise-dates", 1))
    async with app.run_test(size=(160, 50)) as pilot:
        await settled(pilot)
        begun, full = _resident(), 0.0
        for minute in range(MINUTES):
            await _minute(pilot, fake.at, minute)
            if minute % 10 == 5:
                for key in ("4", "5", "2", "1", "3"):
                    await pilot.press(key)
                    await settled(pilot)
            if minute + 1 == FULL:
                full = _resident()
            fake.at.wishes.clear()
        after = _resident()
        tail = app.screen.query_one(Logs).tail
        newest = tail.shown[-1].number
    assert newest == MINUTES * 60 * LINES, "all of it came through"
    assert len(tail.shown) == KEPT
    more = {"at_first": round(begun, 1), "after_ten_minutes": round(full, 1), "ratio": round(after / full, 3)}
    figure("memory of the app after an hour's engagement", after, "MiB", **more, budget=f"≤ {BUDGET} × after ten")
    assert after / full <= BUDGET
