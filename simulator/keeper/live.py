"""What clients watch of a running world: one stream of bounded messages, whatever the deployment prints or does.

    {"kind": "event", …}    as `events.jsonl` has it, those of before included, oldest first
    {"kind": "lines", …}    new lines of one service, at most so many a beat; `skipped` says how many more there were
    {"kind": "world", …}    all the rest as it is now, once a second: services, links, clock, money, the last seconds

Numbers are added up by the field (`simulator.field.tally`), lines are thinned out here, and both only as far as a
person can follow; the evidence has all of it. Nothing is asked of the field or the deployment while nobody watches.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator.keeper.errors import FieldLost
from simulator.runtime.base import RuntimeLost, Sample

if TYPE_CHECKING:
    from simulator.keeper.keeper import Keeper

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
        self._kept: deque[tuple[int, float, str, str]] = deque(maxlen=KEPT_LINES)

    def add(self, at: float, stream: str, text: str) -> None:
        """One more line, printed at second `at` of its lap."""
        self.printed += 1
        self._kept.append((self.printed, at, stream, text[:MAX_LINE]))

    def since(self, number: int, most: int) -> tuple[list[tuple[int, float, str, str]], int]:
        """The newest lines after line `number`, `most` at most, and how many were passed over for them."""
        new = min(self.printed - number, len(self._kept), most)
        found = [self._kept[i] for i in range(len(self._kept) - new, len(self._kept))]
        return found, self.printed - number - new


class Live:
    """What is known of `keeper`'s world beyond its state: lines, resources, and who answers."""

    def __init__(self, keeper: "Keeper") -> None:
        self._keeper = keeper
        self.tails = {name: Tail() for name in keeper.spec.scenario.deployment.services}
        self.used: dict[str, Sample] = {}
        """The last sample of each process."""
        self._waiting: frozenset[str] | None = None
        """What did not answer its readiness request; None: nobody asked."""
        self._ran = False
        """Whether a lap was seen to run, so that the field is there to be asked."""
        self._watchers = 0
        self._probing: asyncio.Task[None] | None = None

    async def watch(self) -> AsyncIterator[dict[str, Any]]:
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

    async def _messages(self) -> AsyncIterator[dict[str, Any]]:
        events = self._keeper.events
        seen, newest, due = 0, (0, -1), 0.0
        numbers = dict.fromkeys(self.tails, 0)
        while True:
            for number, event in events.since(seen):
                seen, due = number, 0.0
                yield {"kind": "event", "number": number, "event": event}
                if event["kind"] == "stopped":
                    return
            for message in self._lines(numbers):
                yield message
            if time.monotonic() >= due:
                due = time.monotonic() + 1.0
                world = await self.world(*newest)
                seconds = (world["field"] or {}).get("seconds")
                if seconds:
                    newest = (seconds[-1]["lap"], seconds[-1]["at"])
                yield world
            await asyncio.sleep(BEAT)

    def _lines(self, numbers: dict[str, int]) -> list[dict[str, Any]]:
        found = []
        for service, tail in self.tails.items():
            if tail.printed > numbers[service]:
                most = MOST_LINES if numbers[service] else KEPT_LINES
                lines, skipped = tail.since(numbers[service], most)
                numbers[service] = tail.printed
                found.append({"kind": "lines", "service": service, "lines": lines, "skipped": skipped})
        return found

    async def world(self, lap: int = 0, after: int = -1) -> dict[str, Any]:
        """All but lines and events, as it is now, with the seconds after second `after` of lap `lap`."""
        keeper, field = self._keeper, None
        self._ran |= keeper.phase == "running"
        if keeper.field is not None and self._ran and keeper.phase != "stopping":
            try:
                field = await keeper.field.live(lap, after)
            except FieldLost:
                field = None
        record = keeper.record
        return {
            "kind": "world",
            "session": keeper.spec.session,
            "state": keeper.phase,
            "lap": keeper.lap,
            "runtime": keeper.runtime.name,
            "why": keeper.why,
            "timeline": record.run["timeline"] if record else [],
            "services": [await self._service(name) for name in self.tails],
            "field": field,
        }

    async def _service(self, name: str) -> dict[str, Any]:
        crew, sample = self._keeper.crew, self.used.get(name)
        state = await self._state(name)
        running = state in ("up", "unready") and sample is not None
        return {
            "name": name,
            "state": state,
            "restarts": crew.restarts.get(name, 0) if crew else 0,
            "cpu": round(sample.cpu, 3) if running and sample else None,
            "memory": sample.memory if running and sample else None,
            "printed": self.tails[name].printed,
        }

    async def _state(self, name: str) -> str:
        """Of a service: starting · up · unready · restarting · down · paused · stopping."""
        keeper = self._keeper
        if keeper.phase in ("paused", "stopping"):
            return keeper.phase
        try:
            running = keeper.crew is not None and await keeper.crew.running(name)
        except RuntimeLost:
            running = False
        if keeper.phase == "broken":
            return "starting" if running else "down"
        if not running and keeper.crew is not None and keeper.crew.restarts.get(name):
            return "restarting"
        if not running or keeper.phase == "starting":
            return "starting"
        return "unready" if self._waiting is not None and name in self._waiting else "up"

    async def _probe(self) -> None:
        while True:
            field = self._keeper.field
            if field is not None and self._keeper.phase == "running" and not self._keeper.spec.exam:
                self._waiting = frozenset(await field.waiting())
            await asyncio.sleep(PROBE)

    def sampled(self, samples: Mapping[str, Sample]) -> None:
        """What every running process used since the last time."""
        self.used = dict(samples)
