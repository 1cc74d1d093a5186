"""What clients watch of a running world: one stream of bounded messages, whatever the deployment prints or does.

The messages are those of `simulator.protocol.live`: each event, those of before included, oldest first; new lines of
one service, at most so many a beat; and all the rest as it is now, once a second.

Numbers are added up by the field (`simulator.field.tally`), lines are thinned out here, and both only as far as a
person can follow; the evidence has all of it. Nothing is asked of the field or the deployment while nobody watches.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.keeper.errors import FieldLost
from simulator.keeper.events import EventLog
from simulator.keeper.spec import WorldSpec
from simulator.protocol.control import Phase
from simulator.protocol.events import Stopped
from simulator.protocol.live import (
    EventTold,
    FieldLive,
    Health,
    LinesPrinted,
    LiveMessage,
    PrintedLine,
    Service,
    WorldState,
)
from simulator.runtime.base import RuntimeLost, Sample

if TYPE_CHECKING:
    from simulator.clock import Span
    from simulator.keeper.fieldclient import FieldClient
    from simulator.keeper.supervisor import ProcessSupervisor

BEAT = 0.25
"""Seconds between two looks at what is new."""
KEPT_LINES, MAX_LINE = 1000, 2000
"""Newest lines kept of each service, and characters of each."""
MOST_LINES = 250
"""Lines of one service that one beat passes on."""
PROBE = 2.0
"""Seconds between two questions whether the deployment is ready, as a platform would ask."""


class Tail:
    """The newest lines of one service, numbered from 1 on."""

    def __init__(self) -> None:
        self.printed = 0
        self._kept: deque[PrintedLine] = deque(maxlen=KEPT_LINES)

    def add(self, at: float, stream: str, text: str) -> None:
        """One more line, printed at second `at` of its lap."""
        self.printed += 1
        self._kept.append(PrintedLine(number=self.printed, at=at, stream=stream, text=text[:MAX_LINE]))

    def since(self, number: int, most: int) -> tuple[list[PrintedLine], int]:
        """Return the newest lines after line `number`, `most` at most, and how many were passed over for them."""
        new = min(self.printed - number, len(self._kept), most)
        found = [self._kept[i] for i in range(len(self._kept) - new, len(self._kept))]
        return found, self.printed - number - new


@dataclass(frozen=True)
class WorldView:
    """A world as its keeper sees it at one moment."""

    phase: Phase
    lap: int
    spans: "tuple[Span, ...]"
    """Phases of the lap; none before it starts."""
    crew: "ProcessSupervisor | None" = None
    field: "FieldClient | None" = None
    """None, like the crew: they are not there yet, or not any more."""


class Live:
    """What is known of a world beyond its state: lines, resources, and who answers."""

    def __init__(
        self, spec: WorldSpec, runtime: str, why: str, events: EventLog, view: Callable[[], WorldView]
    ) -> None:
        """`runtime` is its name, `why` why it is that one, and `view` tells of the world as it is now."""
        self._spec = spec
        self._runtime = runtime
        self._why = why
        self._events = events
        self._view = view
        self.tails = {name: Tail() for name in spec.scenario.deployment.services}
        self.used: dict[str, Sample] = {}
        """The last sample of each process."""
        self._waiting: frozenset[str] | None = None
        """What did not answer its readiness request; None: nobody asked."""
        self._ran = False
        """Whether a lap was seen to run, so that the field is there to be asked."""
        self._watchers = 0
        self._probing: asyncio.Task[None] | None = None

    async def watch(self) -> AsyncIterator[LiveMessage]:
        """Messages for one client, until it leaves or the world ends."""
        self._watchers += 1
        if self._probing is None:
            self._probing = asyncio.ensure_future(self._probe())
        try:
            async for message in self._messages():
                yield message
        finally:
            self._watchers -= 1
            if not self._watchers:
                self._probing.cancel()
                self._probing = self._waiting = None

    async def _messages(self) -> AsyncIterator[LiveMessage]:
        seen, newest, due = 0, (0, -1), 0.0
        numbers = dict.fromkeys(self.tails, 0)
        while True:
            for number, event in self._events.since(seen):
                seen, due = number, 0.0
                yield EventTold(number=number, event=event)
                if isinstance(event, Stopped):
                    return
            for message in self._lines(numbers):
                yield message
            if time.monotonic() >= due:
                due = time.monotonic() + 1.0
                world = await self.world(*newest)
                if world.field is not None and world.field.seconds:
                    last = world.field.seconds[-1]
                    newest = (last.lap, last.at)
                yield world
            await asyncio.sleep(BEAT)

    def _lines(self, numbers: dict[str, int]) -> list[LinesPrinted]:
        found = []
        for service, tail in self.tails.items():
            if tail.printed > numbers[service]:
                most = MOST_LINES if numbers[service] else KEPT_LINES
                lines, skipped = tail.since(numbers[service], most)
                numbers[service] = tail.printed
                found.append(LinesPrinted(service=service, lines=tuple(lines), skipped=skipped))
        return found

    async def world(self, lap: int = 0, after: int = -1) -> WorldState:
        """All but lines and events, as it is now, with the seconds after second `after` of lap `lap`."""
        view = self._view()
        return WorldState(
            session=self._spec.session,
            state=view.phase,
            lap=view.lap,
            runtime=self._runtime,
            why=self._why,
            timeline=view.spans,
            services=tuple([await self._service(name, view) for name in self.tails]),
            field=await self._field(view, lap, after),
        )

    async def _field(self, view: WorldView, lap: int, after: int) -> FieldLive | None:
        self._ran |= view.phase == "running"
        if view.field is None or not self._ran or view.phase == "stopping":
            return None
        try:
            return await view.field.live(lap, after)
        except FieldLost:
            return None

    async def _service(self, name: str, view: WorldView) -> Service:
        sample = self.used.get(name)
        state = await self._state(name, view)
        running = sample if state in ("up", "unready") else None
        return Service(
            name=name,
            state=state,
            restarts=view.crew.restarts.get(name, 0) if view.crew else 0,
            cpu=round(running.cpu, 3) if running else None,
            memory=running.memory if running else None,
            printed=self.tails[name].printed,
        )

    async def _state(self, name: str, view: WorldView) -> Health:
        if view.phase == "paused" or view.phase == "stopping":
            return view.phase
        try:
            running = view.crew is not None and await view.crew.running(name)
        except RuntimeLost:
            running = False
        if view.phase == "broken":
            return "starting" if running else "down"
        if not running and view.crew is not None and view.crew.restarts.get(name):
            return "restarting"
        if not running or view.phase == "starting":
            return "starting"
        return "unready" if self._waiting is not None and name in self._waiting else "up"

    async def _probe(self) -> None:
        while True:
            view = self._view()
            if view.field is not None and view.phase == "running" and not self._spec.exam:
                self._waiting = frozenset(await view.field.waiting())
            await asyncio.sleep(PROBE)

    def sampled(self, samples: Mapping[str, Sample]) -> None:
        """Tell what every running process used since the last time."""
        self.used = dict(samples)

    def printed(self, service: str, at: float, stream: str, text: str) -> None:
        """Take a line that a service printed at second `at` of its lap."""
        self.tails[service].add(at, stream, text)
