"""The feed itself: the keeper's stream as values, and a clear last word when the world is gone."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator

import aiohttp

from labs.base.errors import CouldNotJudge
from labs.world.client import World
from labs.world.live.model import Ended, Happened, Line, Lines, Snapshot
from labs.world.live.reading import snapshot
from scenarios.model import Scenario
from simulator.evidence.run import Calibration
from simulator.protocol import live as protocol
from simulator.protocol.base import OtherVersion
from simulator.protocol.events import Event, Failed, Stopped

HISTORY = 300
"""Seconds of traffic that a snapshot holds."""
SILENCE = 15.0
"""Seconds without a word after which the stream counts as broken; it speaks every second."""
AGAIN = 0.3
"""Seconds between two tries to reach a keeper."""
LARGEST = 1 << 22
"""Bytes of the largest message: a thousand lines at their longest."""

Message = Snapshot | Lines | Happened | Ended


async def follow(world: World) -> AsyncGenerator[Message]:
    """Yield what `world` is doing, as it does it, until it is gone: the last message is an `Ended`.

    It waits for a world that is still coming up, and finds back to one whose keeper was out of reach for a moment.
    Close it (or cancel what iterates over it) to stop watching; the world goes on.
    """
    try:
        spec = await asyncio.to_thread(world.files.load)
    except (OSError, ValueError):
        yield _ended(world)
        return
    state = _State(spec.scenario, Calibration.model_validate(spec.calibration) if spec.calibration else None)
    async with aiohttp.ClientSession(read_bufsize=LARGEST) as session:
        while True:
            state.connected()
            try:
                async for message in _stream(session, world):
                    for told in state.read(message):
                        yield told
            except (aiohttp.ClientError, OSError, ValueError, TimeoutError):
                pass
            except CouldNotJudge as error:
                yield Ended(error.what, error.remedy or "", wanted=False)
                return
            if not await asyncio.to_thread(world.alive):
                yield await asyncio.to_thread(_ended, world)
                return
            await asyncio.sleep(AGAIN)


async def _stream(session: aiohttp.ClientSession, world: World) -> AsyncIterator[protocol.LiveMessage]:
    """Messages as they come. Raises `CouldNotJudge` where the world speaks another version of the protocol."""
    who = world.address()
    headers = {"Authorization": f"Bearer {who.token}"}
    limits = aiohttp.ClientTimeout(total=None, sock_connect=5.0, sock_read=SILENCE)
    async with session.get(f"{who.url}/live", headers=headers, timeout=limits) as answer:
        answer.raise_for_status()
        async for line in answer.content:
            yield _read(line)


def _read(line: bytes) -> protocol.LiveMessage:
    try:
        return protocol.read(line)
    except OtherVersion as error:
        raise CouldNotJudge(str(error), error.remedy) from None


class _State:
    """Puts messages together; what a new connection repeats is told once."""

    def __init__(self, scenario: Scenario, calibration: Calibration | None) -> None:
        self._scenario = scenario
        self._calibration = calibration
        self._seconds: deque[protocol.Second] = deque(maxlen=HISTORY)
        self._events = 0
        self._printed: dict[str, int] = {}

    def connected(self) -> None:
        """Begin anew: the keeper tells everything from the begin."""
        self._seconds.clear()

    def read(self, message: protocol.LiveMessage) -> list[Message]:
        """Return what one message of the keeper's tells."""
        if isinstance(message, protocol.EventTold):
            new, self._events = message.number > self._events, max(message.number, self._events)
            return [Happened(message.event)] if new else []
        if isinstance(message, protocol.LinesPrinted):
            return self._lines(message.service, message.lines)
        if message.field is not None:
            self._seconds.extend(message.field.seconds)
        return [snapshot(message, self._seconds, self._scenario, self._calibration)]

    def _lines(self, service: str, given: tuple[protocol.PrintedLine, ...]) -> list[Message]:
        known = self._printed.get(service, 0)
        new = tuple(Line(one.number, one.at, service, one.stream, one.text) for one in given if one.number > known)
        if not new:
            return []
        self._printed[service] = new[-1].number
        return [Lines(service, new, skipped=new[0].number - known - 1)]


def _ended(world: World) -> Ended:
    """Why there is no keeper any more, from what it left."""
    events: list[Event] = []
    try:
        events = world.events_from(0)[0]
    except (CouldNotJudge, OSError, ValueError):
        return Ended("the world was stopped and removed", "start it again", wanted=True)
    failed = next((event for event in reversed(events) if isinstance(event, Failed)), None)
    if failed is not None:
        what = "see fdelab doctor" if failed.unavailable else "start it again; fdelab doctor checks this machine"
        return Ended(failed.reason, what, wanted=False)
    if events and isinstance(events[-1], Stopped):
        return Ended("the world was stopped", "start it again", wanted=True)
    return Ended(
        f"the world's keeper died: {world.last_words()}", "start it again; fdelab gc removes what it left", wanted=False
    )
