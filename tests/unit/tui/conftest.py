import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from labs.tui.app import Fdelab
from labs.tui.memory import Memory
from labs.tui.place import PAINTED
from tests.unit.tui import desks
from tests.unit.tui.consoles import console, shown
from tests.unit.tui.fakes import STARTED, Fake
from tests.unit.tui.pilots import SMALL, until

Opened = Callable[..., AbstractAsyncContextManager[Any]]
"""Gives a `Pilot`; not by that type, which knows nothing of our app."""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of its own; and the same local time everywhere."""
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    return tmp_path / "state"


@pytest.fixture
def fake() -> Fake:
    return Fake()


def _busy(pilot: Pilot[None], endless: Collection[str]) -> bool:
    """Whether something is under way that ends by itself, or is about to begin."""
    begins = any(task.get_name() == PAINTED for task in asyncio.all_tasks())
    return begins or any(not w.is_finished for w in pilot.app.workers if w.group not in endless)


async def settled(pilot: Pilot[None], endless: Collection[str] = ("feed", "saves")) -> None:
    """Every worker has ended, but those that follow something, and what it posted was handled."""
    for _ in range(3):
        while _busy(pilot, endless):
            await pilot.pause(0.01)
        await pilot.pause()


@pytest.fixture
def opened(fake: Fake) -> Opened:
    """Opens the app with the fake behind it; keywords are what it remembers."""

    @asynccontextmanager
    async def open_(size: tuple[int, int] = (80, 24), **remembered: str) -> AsyncIterator[Pilot[None]]:
        app = Fdelab(fake, Memory(**remembered), clock=lambda: STARTED)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            yield pilot

    return open_


@pytest.fixture
def desk(fake: Fake) -> desks.FakeDesk:
    return fake.at


@pytest.fixture
def seated(fake: Fake) -> Callable[..., Any]:
    """Opens the console on an engagement; `live`: its world is on the screen."""

    @asynccontextmanager
    async def open_(size: tuple[int, int] = SMALL, live: bool = True) -> AsyncIterator[Pilot[None]]:
        async with console(fake).run_test(size=size) as pilot:
            await until(pilot, lambda: pilot.app.screen_stack and getattr(pilot.app.screen, "desk", None) is not None)
            if live:
                await shown(pilot, fake.at)
            yield pilot

    return open_
