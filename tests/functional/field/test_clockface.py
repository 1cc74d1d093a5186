"""The clock answers whoever asks, and holds nothing for those who do not listen."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from simulator.clock import Clock, Span, Timeline
from simulator.field.clockface import Face

ASK = b"GET / HTTP/1.1\r\n\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    span = Span("all", 0.0, 1e9, datetime(2026, 3, 2), 1.0, graded=True, shift=False)
    clock = Clock(Timeline((span,)), 0.0)
    server = await asyncio.get_running_loop().create_server(lambda: Face(lambda: clock), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_whoever_asks_and_does_not_read_is_asked_to_wait(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    asked = 0
    while asked < 1_000_000:
        writer.write(ASK * 1000)
        asked += 1000
        try:
            await asyncio.wait_for(writer.drain(), 1.0)
        except TimeoutError:
            break
    assert asked < 1_000_000
    for _ in range(asked):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
    writer.close()
