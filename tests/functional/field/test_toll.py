"""Bytes that cost more to take than to send wait, and nothing else does: traffic leaves, and what was sent arrives."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import sockets
from simulator.clock import Clock, Span, Timeline
from simulator.field import dns, toll
from simulator.field.clock_endpoint import ClockEndpoint
from simulator.field.config import Link
from simulator.field.links import LinkServer
from simulator.field.toll import Intake, Toll
from simulator.plan import Listen

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
SECONDS = 3.0


class Swallows(asyncio.Protocol):
    """A part that takes whatever comes."""


class Ended(ClockEndpoint):
    """One that need not take all that a flood left on its way."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.end = cast(asyncio.Transport, transport).abort


@pytest.fixture
def account() -> Toll:
    return Toll()


@pytest.fixture
async def clock_port(account: Toll) -> AsyncIterator[int]:
    span = Span("all", 0.0, 1e9, datetime(2026, 3, 2), 1.0, graded=True, shift=False)
    clock = Clock(Timeline((span,)), 0.0)
    readers: Counter[str] = Counter()
    made: list[Ended] = []

    def accept() -> Ended:
        made.append(Ended(lambda: clock, readers, toll=account))
        return made[-1]

    server = await sockets.serve(accept, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for one in made:
        one.end()
    while readers:  # noqa: ASYNC110 - a counter tells nobody
        await asyncio.sleep(0.01)


@pytest.fixture
async def link_port(account: Toll) -> AsyncIterator[int]:
    server = await sockets.serve(Swallows, "127.0.0.1", 0)
    there = Listen(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    link = LinkServer(Link(name="erp", protocol="http", listen=Listen(host="127.0.0.1", port=0), target=there),
                      toll=account)  # fmt: skip
    await link.start()
    yield link.address[1]
    await link.stop()
    while link.connections:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await asyncio.sleep(0)  # the target hears of it
    server.close()


@pytest.mark.parametrize(
    ("begin", "more"),
    [(HEAD, b"1\r\nx\r\n"), (b"", b"GET / HTTP/1.1\r\n\r\n")],
    ids=["chunks-of-one-byte", "requests-of-a-line"],
)
@pytest.mark.parametrize("where", ["clock", "link"])
async def test_a_flood_costs_a_share_of_a_core_and_is_on_record(
    where: str, begin: bytes, more: bytes, account: Toll, clock_port: int, link_port: int
) -> None:
    port = clock_port if where == "clock" else link_port
    began, over = time.monotonic(), account.over
    # From a process of its own: its work is not the field's.
    flood = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _FLOOD, str(port), repr(begin), repr(more), str(SECONDS)
    )
    spent = time.thread_time()
    await flood.wait()
    wall, spent = time.monotonic() - began, time.thread_time() - spent
    assert spent < wall * toll.SHARE * 2, "the loop had time for the traffic"
    assert account.over > over, "and it is known why"


_FLOOD = """
import socket, sys, threading, time
port, begin, more, seconds = int(sys.argv[1]), eval(sys.argv[2]), eval(sys.argv[3]) * 1000, float(sys.argv[4])
until = time.monotonic() + seconds
def drain(s):
    try:
        while s.recv(1 << 16): pass
    except OSError: pass
def pour():
    with socket.create_connection(("127.0.0.1", port)) as s:
        threading.Thread(target=drain, args=(s,), daemon=True).start()
        s.sendall(begin)
        while time.monotonic() < until: s.sendall(more)
def again():
    while time.monotonic() < until:
        try: pour()
        except OSError: time.sleep(0.01)
for _ in range(4): threading.Thread(target=again, daemon=True).start()
time.sleep(seconds)
"""


async def test_names_that_are_asked_for_in_a_flood_wait_too(account: Toll) -> None:
    asked: list[str] = []
    sink = await dns.serve("127.0.0.1", 0, asked.append, account)
    port = sink._socket.getsockname()[1]
    account.charge(toll.BURST_S + 0.5 * toll.SHARE)
    reader, writer = await _datagrams(port)
    writer.sendto(b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01")
    began = time.monotonic()
    answer = await reader
    assert answer[:4] == b"\x12\x34\x81\x83"
    assert time.monotonic() - began > 0.3, "while too much is owed nobody is answered"
    assert asked == ["x"]
    writer.close()
    sink.close()
    sink.close()


async def _datagrams(port: int) -> tuple["asyncio.Future[bytes]", asyncio.DatagramTransport]:
    loop = asyncio.get_running_loop()
    came: asyncio.Future[bytes] = loop.create_future()

    class Hears(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _addr: object) -> None:
            came.set_result(data)

    transport, _ = await loop.create_datagram_endpoint(Hears, remote_addr=("127.0.0.1", port))
    return came, transport


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(min_size=1, max_size=100_000), max_size=12), st.floats(0, 0.02), st.integers(0, 100_000))
async def test_what_waits_arrives_whole_and_in_order(pieces: list[bytes], owed: float, least: int) -> None:
    account, got, calls = Toll(), bytearray(), list[str]()
    note: Callable[[str], Callable[[], None]] = lambda name: lambda: calls.append(name)  # noqa: E731

    def take(data: bytes) -> None:
        got.extend(data)
        account.charge(owed)

    light = lambda count: count > least  # noqa: E731
    intake = Intake(account, take, note("pause"), note("resume"), note("close"), light)
    for piece in pieces:
        intake.feed(piece)
    while intake.waits:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    assert bytes(got) == b"".join(pieces)
    assert (account.kept, set(calls)) in ((0, set()), (0, {"pause", "resume"}))


async def test_more_than_may_wait_is_dropped_with_its_connection() -> None:
    account, ended = Toll(), list[bool]()
    account.charge(1e6)
    intake = Intake(account, lambda _data: None, lambda: None, lambda: None, lambda: ended.append(True))
    while not ended:
        intake.feed(bytes(1 << 20))
        assert account.kept < 1 << 26
    intake.stop()
    assert account.kept == 0
