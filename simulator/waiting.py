"""Wait for a time of the lap."""

import asyncio
import math

from simulator.clock import Clock


async def until(clock: Clock, at: float) -> None:
    """Return at wall second `at` of the lap, never before it; immediately if it has passed.

    The loop's timers go by whole milliseconds and may fire one early.
    """
    wait = at - clock.at()
    while wait > 0:
        await asyncio.sleep(math.ceil(wait * 1000) / 1000)
        wait = at - clock.at()
