"""What waits between a reader's thread and the loop; what is made of an engine that tells late."""

import asyncio
import queue
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from simulator.runtime.base import Exit, Sample
from simulator.runtime.docker import streams
from simulator.runtime.docker.engine import Engine
from simulator.runtime.docker.streams import Feed, Follower, Meter


async def test_a_reader_waits_while_too_much_has_not_been_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_BACKLOG_SIZE", 1000)
    told: list[str] = []
    feed = Feed(asyncio.get_running_loop(), lambda _stream, line: told.append(line))
    put, begun = 0, threading.Event()

    def read() -> None:
        nonlocal put
        for _ in range(4):
            feed.put("stdout", ["x" * 600])
            put += 1
            begun.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    # The loop is not free meanwhile, so nothing is delivered.
    assert begun.wait(30)
    reader.join(0.3)
    assert put == 1
    while reader.is_alive():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)
    assert len(told) == put == 4


def reading(second: float, cpu: float) -> dict[str, Any]:
    """As an engine tells it, with nanoseconds."""
    return {
        "read": f"2026-03-02T07:00:{second:012.9f}Z",
        "cpu_stats": {"cpu_usage": {"total_usage": int(cpu * 1e9)}},
        "memory_stats": {"usage": 2**20},
        "pids_stats": {"current": 1},
    }


def test_a_reading_that_comes_late_makes_no_burst_of_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def stats(*_: object, **__: object) -> Iterator[dict[str, Any]]:
        while True:
            yield told.get()

    meter = Meter(cast("Engine", SimpleNamespace(api=SimpleNamespace(stats=stats))), "c" * 64, time.monotonic() - 2.0)

    def sample(second: float, cpu: float) -> Sample:
        before = meter.sample()
        told.put(reading(second, cpu))
        while (now := meter.sample()) is before:
            time.sleep(0.001)
        assert now is not None
        return now

    assert 0.0 < sample(10.0, 1.0).cpu <= 0.5, "over two seconds since its start, and what we were late"
    for second in (11.0, 12.0, 13.5):  # at once, since we were late
        assert sample(second, second - 9.0).cpu == pytest.approx(1.0)


async def test_that_memory_ended_a_container_may_be_told_after_its_end() -> None:
    told = iter([False, False, True])

    def inspect(_container: str) -> dict[str, Any]:
        return {"State": {"ExitCode": 137, "OOMKilled": next(told)}}

    api = SimpleNamespace(wait=lambda *_, **__: None, inspect_container=inspect)
    follower = Follower(cast("Engine", SimpleNamespace(api=api)), "c" * 64, lambda *_: None)
    assert await asyncio.to_thread(follower._ending) == Exit(137, out_of_memory=True)
