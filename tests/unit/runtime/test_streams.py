"""What waits between a reader's thread and the loop."""

import asyncio
import threading

import pytest

from simulator.runtime.docker import streams
from simulator.runtime.docker.streams import Feed


async def test_a_reader_waits_while_too_much_has_not_been_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_BACKLOG_SIZE", 1000)
    told: list[str] = []
    feed = Feed(asyncio.get_running_loop(), lambda _stream, line: told.append(line))
    put = 0

    def read() -> None:
        nonlocal put
        for _ in range(4):
            feed.put("stdout", ["x" * 600])
            put += 1

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(0.3)  # the loop is not free meanwhile, so nothing is delivered
    assert put == 1
    while reader.is_alive():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)
    assert len(told) == put == 4
