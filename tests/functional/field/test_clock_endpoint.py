"""The clock answers whoever asks, and holds nothing for those who do not listen."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from simulator.clock import Clock, Span, Timeline
from simulator.field.clock_endpoint import MOST, ClockEndpoint

ASK = b"GET / HTTP/1.1\r\n\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    span = Span("all", 0.0, 1e9, datetime(2026, 3, 2), 1.0, graded=True, shift=False)
    clock = Clock(Timeline((span,)), 0.0)
    readers: Counter[str] = Counter()
    server = await asyncio.get_running_loop().create_server(
        lambda: ClockEndpoint(lambda: clock, readers), "127.0.0.1", 0
    )
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


async def _asked(port: int, source: str) -> tuple[bytes, asyncio.StreamWriter]:
    """What a reader at that address is told, and the connection, which stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    try:
        writer.write(ASK)
        return await reader.readline(), writer
    except ConnectionError:
        return b"", writer


async def test_one_address_opens_so_many_connections_and_no_more_and_others_are_still_answered(port: int) -> None:
    held = [await _asked(port, "127.0.0.2") for _ in range(MOST)]
    assert {line for line, _ in held} == {b"HTTP/1.1 200 OK\r\n"}
    refused, over = await _asked(port, "127.0.0.2")
    assert refused == b""
    answered, other = await _asked(port, "127.0.0.3")
    assert answered == b"HTTP/1.1 200 OK\r\n"
    held[0][1].close()
    await held[0][1].wait_closed()
    again, late = await _asked(port, "127.0.0.2")
    for _ in range(20):  # the field may hear of the close a moment later
        if again:
            break
        again, late = await _asked(port, "127.0.0.2")
    assert again == b"HTTP/1.1 200 OK\r\n"
    for writer in (over, other, late, *(writer for _, writer in held)):
        writer.close()
