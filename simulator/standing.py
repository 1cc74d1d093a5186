"""Keep a site that stands by itself, without a field: `python -m simulator.standing CONFIG` (a `StandingConfig`, JSON).

It does what parts cannot do without: it begins one day on every site host, at one pace, and tells the deployment the
time. There are no links, no faults, no traffic and no phases. Started again, it begins the day again, with fresh data.
"""

import asyncio
import signal
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import uvloop
from pydantic import BaseModel, Field

from scenarios.model import DatasetSpec
from scenarios.phases import DRAIN
from simulator import sockets
from simulator.clock import Clock, Span, Timeline
from simulator.field.clock_endpoint import ClockEndpoint
from simulator.field.config import FieldConfig
from simulator.field.site import Site, SiteFailed
from simulator.plan import Listen

DAY = 1
"""The number of the only lap that there is: its folder has to be there in the evidence of each host."""

PATIENCE_S = 120.0
"""Wall seconds within which every site host has to be ready."""

_LEAD_S = 0.2
"""Wall seconds before the day begins: all hosts have been told of it by then, or nearly."""

_AFTER_S = 86_400.0
"""Wall seconds of the span after the day. The clock goes on even after that."""


class StandingConfig(BaseModel):
    """Everything that a site without a field needs."""

    site: dict[str, str]
    """Control URL of each site host, by process name."""
    token: str
    """What the site hosts ask for, as `Authorization: Bearer`."""
    clock: Listen
    seed: int
    datasets: dict[str, DatasetSpec] = {}
    """As that seed draws them."""
    starts: datetime
    """Simulated local time at which the day begins."""
    lasts: float = Field(gt=0)
    """Simulated seconds in which the customer's systems deliver what they deliver in a day."""
    pace: float = Field(gt=0)
    """Simulated seconds a wall second."""


def day(starts: datetime, lasts: float, pace: float) -> Timeline:
    """Return the timeline of a day that knows of no phase; after it nothing new is delivered, and the clock goes on."""
    wall = lasts / pace
    over = starts + timedelta(seconds=lasts)
    return Timeline((
        Span("day", 0.0, wall, starts, pace, graded=False, shift=False),
        Span(DRAIN, wall, wall + _AFTER_S, over, pace, graded=False, shift=False),
    ))  # fmt: skip


class NotReady(Exception):
    """A site host was not ready in time; the message says which."""


async def begin(config: StandingConfig) -> Clock:
    """Begin the day on all hosts as soon as they are ready, and return its clock.

    Raises `NotReady`, and `SiteFailed` where a host does not do what it is asked.
    """
    # Of all that a field is told, the client of the site hosts asks for these alone.
    asked: dict[str, Any] = {"site": config.site, "token": config.token, "hosts": {}}
    site = Site(FieldConfig.model_construct(**asked))
    try:
        until = time.monotonic() + PATIENCE_S
        while waiting := await site.waiting():
            if time.monotonic() > until:
                raise NotReady(f"not ready after {PATIENCE_S:g} s: {', '.join(waiting)}")
            await asyncio.sleep(0.1)
        await site.renew()
        if config.datasets:
            await site.prepare(config.seed, config.datasets)
        timeline = day(config.starts, config.lasts, config.pace)
        clock = Clock(timeline, time.monotonic() + _LEAD_S)
        await site.begin(DAY, config.seed, clock.start, timeline.to_json())
    finally:
        await site.close()
    return clock


async def run(config: StandingConfig) -> None:
    """Begin the day, and tell the time until SIGTERM or SIGINT. Raises as `begin`, and `OSError`."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    beginning, ending = asyncio.create_task(begin(config)), asyncio.create_task(over.wait())
    await asyncio.wait({beginning, ending}, return_when=asyncio.FIRST_COMPLETED)
    if over.is_set():
        beginning.cancel()
        return
    clock = beginning.result()
    face = partial(ClockEndpoint, lambda: clock, Counter[str]())
    server = await sockets.serve(face, config.clock.host, config.clock.port)
    print(f"the day began at {config.starts.isoformat()}", flush=True)  # noqa: T201
    try:
        await ending
    finally:
        server.close()


def main() -> None:
    """Entry point of the process."""
    sockets.want_files()
    try:
        uvloop.run(run(StandingConfig.model_validate_json(Path(sys.argv[1]).read_bytes())))
    except (NotReady, SiteFailed) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
