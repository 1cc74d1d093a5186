"""What every test of the app reads off its screen, and how it waits."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

SMALL, LARGE = (80, 24), (160, 50)
"""Cells of the two terminals that the app is looked at in."""


async def until(pilot: Pilot[None], done: Callable[[], Any]) -> None:
    """Wait for a condition, not for a time."""
    async with asyncio.timeout(10):
        while not done():
            await pilot.pause(0.01)
    await pilot.pause()


def text(pilot: Pilot[None], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).content)


def notes(pilot: Pilot[None]) -> str:
    return "\n".join(f"{one.title} {one.message}" for one in pilot.app._notifications)
