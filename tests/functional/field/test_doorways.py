"""What comes in by a doorway passes the link: it arrives whole, is counted, and meets what happens there."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from simulator.field import doorways
from simulator.plan import Listen
from tests.functional.field.conftest import Bench
from tests.functional.field.test_links import digest, echo

Enter = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


@pytest.fixture
async def doorway(bench: Bench) -> AsyncIterator[Enter]:
    """Opens a connection by a doorway to the bench's link."""
    opened: list[asyncio.Server] = []

    async def enter() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not opened:
            opened.append(await doorways.serve(Listen(host="127.0.0.1", port=0), bench.link))
        reader, writer = await asyncio.open_connection(*opened[0].sockets[0].getsockname())
        bench.writers.append(writer)
        return reader, writer

    yield enter
    for server in opened:
        server.close()


async def test_what_goes_in_comes_back_and_is_one_connection_of_the_link(bench: Bench, doorway: Enter) -> None:
    await bench.open("tcp", echo)
    reader, writer = await doorway()
    data = os.urandom(300_000)
    reading = asyncio.create_task(reader.readexactly(len(data)))
    writer.write(data)
    assert await reading == data
    assert len(bench.link.connections) == 1


async def test_half_a_connection_may_end_first(bench: Bench, doorway: Enter) -> None:
    await bench.open("tcp", digest)
    reader, writer = await doorway()
    writer.write(b"all of it")
    writer.write_eof()
    assert len(await reader.read()) == 32


async def test_faults_of_the_link_take_hold(bench: Bench, doorway: Enter) -> None:
    await bench.open("tcp", echo)
    bench.arm({"reset": {}})
    reader, writer = await doorway()
    writer.write(b"anything")
    assert await asyncio.wait_for(_end(reader), 10)
    assert [row["kind"] for row in bench.strikes()] == ["reset"]


async def test_a_link_that_is_down_lets_nobody_in(bench: Bench, doorway: Enter) -> None:
    await bench.open("tcp", echo)
    reader, _ = await doorway()
    await bench.link.stop()
    assert await asyncio.wait_for(_end(reader), 10)
    again, _ = await doorway()
    assert await asyncio.wait_for(_end(again), 10)


async def _end(reader: asyncio.StreamReader) -> bool:
    """Whether nothing more comes, by an end or a reset."""
    try:
        return await reader.read() == b""
    except OSError:
        return True
