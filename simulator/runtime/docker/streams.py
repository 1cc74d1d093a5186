"""What an engine sends all along: output, usage, its own heartbeat. One thread a stream, always read.

A stream ends alike when its container ended and when the engine died, so that whoever reads one to its end asks.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docker.errors import NotFound

from simulator.runtime.base import Exit, Sample
from simulator.runtime.docker.engine import SESSION, TROUBLE, Engine
from simulator.runtime.lines import Lines

_BACKLOG = 50_000
_BACKLOG_SIZE = 1 << 24
"""Lines, and characters in them, that may wait for the loop; then the reader waits, and in the end the container that
writes."""
_KILLED = 137
_LOOKS, _BETWEEN = 5, 0.1
"""Times that we look again, and seconds between two, whether a killed container had no memory left: the engine hears of
that and of the end on two ways, and either may come first."""


class Feed:
    """Hands lines from a reader's thread to the loop, in batches."""

    def __init__(self, loop: asyncio.AbstractEventLoop, sink: Callable[[str, str], None]) -> None:
        self._loop = loop
        self._sink = sink
        self._waiting: deque[tuple[str, str]] = deque()
        self._size = 0
        self._room = threading.Condition()
        self._scheduled = False

    def put(self, stream: str, lines: list[str]) -> None:
        """Hand lines over, or wait for room; called in the reader's thread."""
        with self._room:
            self._waiting.extend((stream, line) for line in lines)
            self._size += sum(map(len, lines))
            if not self._scheduled:
                self._scheduled = True
                self._loop.call_soon_threadsafe(self._deliver)
            self._room.wait_for(lambda: len(self._waiting) < _BACKLOG and self._size < _BACKLOG_SIZE)

    def _deliver(self) -> None:
        with self._room:
            batch, self._waiting, self._size = self._waiting, deque(), 0
            self._scheduled = False
            self._room.notify_all()
        for stream, line in batch:
            self._sink(stream, line)


class Follower:
    """Reads a container's output from before its start to its end, then finds out how it ended."""

    def __init__(self, engine: Engine, container: str, sink: Callable[[str, str], None]) -> None:
        self._engine = engine
        self._container = container
        self._loop = asyncio.get_running_loop()
        self._feed = Feed(self._loop, sink)
        self.done: asyncio.Future[Exit | None] = self._loop.create_future()
        """How the container ended, once all its output has been delivered; None when it was removed. Raises what the
        engine's death looks like."""

    def attach(self) -> None:
        """Start to read. Blocks until the engine has attached, so that not a line is missed."""
        stream = self._engine.api.attach(self._container, stdout=True, stderr=True, stream=True, demux=True)
        threading.Thread(
            target=self._follow, args=(stream,), name=f"follow-{self._container[:12]}", daemon=True
        ).start()

    def _follow(self, stream: Any) -> None:
        ending: Exit | BaseException | None
        try:
            self._drain(stream)
            ending = self._ending()
        except TROUBLE as error:
            ending = error
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._tell, ending)

    def _drain(self, stream: Any) -> None:
        with _hang_up(stream):
            self._read(stream)

    def _read(self, stream: Any) -> None:
        kinds = {"stdout": Lines(), "stderr": Lines()}
        for chunks in stream:
            for (kind, lines), chunk in zip(kinds.items(), chunks, strict=True):
                if chunk and (whole := lines.feed(chunk)):
                    self._feed.put(kind, whole)
        for kind, lines in kinds.items():
            self._feed.put(kind, lines.end())

    def _ending(self) -> Exit | None:
        try:
            self._engine.api.wait(self._container, timeout=None)
            end = self._end()
            for _ in range(_LOOKS):
                if end.code != _KILLED or end.out_of_memory:
                    break
                time.sleep(_BETWEEN)
                end = self._end()
        except NotFound:
            return None
        return end

    def _end(self) -> Exit:
        state = self._engine.api.inspect_container(self._container)["State"]
        code = int(state["ExitCode"])
        return Exit(code, out_of_memory=bool(state["OOMKilled"]) and code != 0)

    def _tell(self, ending: Exit | BaseException | None) -> None:
        if self.done.done():
            return
        if isinstance(ending, BaseException):
            self.done.set_exception(ending)
            self.done.exception()
        else:
            self.done.set_result(ending)


@dataclass(frozen=True)
class _Reading:
    at: float
    """Seconds by the engine's clock: when we hear of it says nothing, least of all on a busy machine."""
    cpu: float
    memory: int
    pids: int
    throttled: float


class Meter:
    """Reads what a container uses, which the engine tells once a second, from its start at `began` (monotonic)."""

    def __init__(self, engine: Engine, container: str, began: float) -> None:
        self._engine = engine
        self._container = container
        self._began = began
        self._latest: _Reading | None = None
        self._before: _Reading | None = None
        self._last: Sample | None = None
        threading.Thread(target=self._read, name=f"meter-{container[:12]}", daemon=True).start()

    def sample(self) -> Sample | None:
        """Usage since the last sample; the last one again when the engine has told nothing newer."""
        latest, before = self._latest, self._before
        if latest is not None and before is not None and latest.at > before.at:
            self._last = Sample(
                cpu=max(0.0, latest.cpu - before.cpu) / (latest.at - before.at),
                memory=latest.memory,
                pids=latest.pids,
                throttled=max(0.0, latest.throttled - before.throttled),
            )
            self._before = latest
        return self._last

    def _read(self) -> None:
        with suppress(*TROUBLE):
            for told in self._engine.api.stats(self._container, decode=True, stream=True):
                if told["pids_stats"].get("current"):
                    reading = _reading(told)
                    # Heard of too late, the first one counts as over a longer time than it was: never a shorter one.
                    self._before = self._before or _nothing(reading.at - (time.monotonic() - self._began))
                    self._latest = reading


def _nothing(at: float) -> _Reading:
    return _Reading(at, cpu=0.0, memory=0, pids=0, throttled=0.0)


def _reading(told: dict[str, Any]) -> _Reading:
    memory, stats = told["memory_stats"], told["memory_stats"].get("stats", {})
    cache = stats.get("total_inactive_file", stats.get("inactive_file", 0))
    return _Reading(
        at=datetime.fromisoformat(told["read"]).timestamp(),
        cpu=told["cpu_stats"]["cpu_usage"]["total_usage"] / 1e9,
        memory=max(0, memory.get("usage", 0) - cache),
        pids=told["pids_stats"]["current"],
        throttled=told["cpu_stats"].get("throttling_data", {}).get("throttled_time", 0) / 1e9,
    )


class Heartbeat:
    """Holds the engine's stream of events open: it ends when the engine does, also when that is back at once."""

    def __init__(self, engine: Engine, session: str) -> None:
        self.lost = False
        self._closing = False
        self._events = engine.api.events(filters={"label": f"{SESSION}={session}"}, decode=True)
        threading.Thread(target=self._read, name=f"heartbeat-{session}", daemon=True).start()

    def close(self) -> None:
        """Stop to listen; from here on nothing counts as lost."""
        self._closing = True
        with suppress(*TROUBLE):
            self._events.close()

    def _read(self) -> None:
        with suppress(*TROUBLE, ValueError, AttributeError), _hang_up(self._events):
            for _ in self._events:
                pass
        self.lost = not self._closing


@contextmanager
def _hang_up(stream: Any) -> Iterator[None]:
    """Close the connection once a stream has been read; its own `close` shuts down, and leaves the response open."""
    try:
        yield
    finally:
        stream._response.close()  # noqa: SLF001
