"""Faults of the wire do to connections what they say, measured from outside.

A busy machine makes everything later, and nothing earlier: delays are looked at from below.
"""

import asyncio
import hashlib
import math
import os
import time
from typing import Any

import pytest

from tests.functional.field.conftest import Bench, Streams, Web, eventually, request, response, settled

EARLY = 0.005
"""Seconds by which a timer may fire before its time."""
BOTH = pytest.mark.parametrize("protocol", ["tcp", "http"])


def pour(data: bytes) -> Any:
    """A target that sends `data` once asked, then ends."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(data)
        writer.write_eof()
        await reader.read()

    return handler


async def ping(streams: Streams) -> float:
    """Seconds of one small request."""
    reader, writer = streams
    began = time.monotonic()
    writer.write(request("/"))
    await response(reader)
    return time.monotonic() - began


async def pull(bench: Bench) -> bytes:
    """All that a pouring target sends on one new connection."""
    reader, writer = await bench.dial()
    writer.write(b"go\n")
    return await reader.read()


async def test_the_shape_of_delays_on_a_connection_is_the_one_that_was_asked_for(bench: Bench) -> None:
    """15 bursts on each of 20 connections: every burst has a draw of its own."""
    await bench.open("tcp", Web())

    async def delays(latency: dict[str, str]) -> list[float]:
        bench.arm({"latency": latency})
        streams = [await bench.dial() for _ in range(20)]

        async def bursts(one: Streams) -> list[float]:
            return [await ping(one) for _ in range(15)]

        took = await asyncio.gather(*(bursts(one) for one in streams))
        return sorted(seconds for each in took for seconds in each)

    jitter = await delays({"fixed": "30ms", "jitter": "20ms"})
    assert jitter[0] >= 0.01
    assert jitter[150] >= 0.029
    assert jitter[285] >= 0.047
    heavy = await delays({"median": "10ms", "p99": "100ms", "tail": "pareto"})
    assert heavy[150] >= 0.008
    shape = math.log(50) / math.log(10)
    assert sum(seconds > 0.05 for seconds in heavy) / 300 >= 0.5 * 0.2**shape - 0.03
    assert heavy[285] >= 0.7 * 0.01 * (0.5 / 0.05) ** (1 / shape)


@pytest.mark.parametrize(("use", "struck"), [({"first": 3}, [0, 1, 2]), ({"every": 4}, [3, 7, 11])])
@BOTH
async def test_counts_are_exact(bench: Bench, protocol: str, use: dict[str, int], struck: list[int]) -> None:
    await bench.open(protocol, Web())
    bench.arm({"latency": "1h"} | use)
    (armed,) = bench.armed
    held: dict[int, asyncio.Task[float]] = {}
    for number in range(12):
        task = asyncio.create_task(ping(await bench.dial()))

        def decided(task: asyncio.Task[float] = task) -> bool:
            return task.done() or armed.struck > len(held)

        await eventually(decided)
        if not task.done():
            held[number] = task
    await settled()
    assert list(held) == struck
    assert len(bench.strikes()) == len(struck)
    assert not any(task.done() or not task.cancel() for task in held.values())


@BOTH
async def test_a_line_is_shared_by_all_or_by_those_of_one_address(bench: Bench, protocol: str) -> None:
    await bench.open(protocol, Web())
    body = b"x" * 50_000

    async def seconds(of: str, sources: list[str]) -> float:
        """What two transfers at once take."""
        bench.arm({"bandwidth": {"per_second": "250k", "of": of}})
        streams = []
        for source in sources:
            reader, writer = await asyncio.open_connection(*bench.link.address, local_addr=(source, 0))
            bench.writers.append(writer)
            streams.append((reader, writer))
        began = time.monotonic()
        for _, writer in streams:
            writer.write(request("/", body))
        await asyncio.gather(*(response(reader) for reader, _ in streams))
        return time.monotonic() - began

    here, there = "127.0.0.1", "127.0.0.2"
    least = 2 * len(body) / (250 * 1024) - 0.01
    assert await seconds("link", [here, there]) >= least
    assert await seconds("source", [here, here]) >= least


@BOTH
@pytest.mark.parametrize(("of", "other"), [("source", "127.0.0.2"), ("connection", "127.0.0.1")])
async def test_a_line_of_another_s_is_not_filled(bench: Bench, protocol: str, of: str, other: str) -> None:
    await bench.open(protocol, Web())
    bench.arm({"bandwidth": {"per_second": "1k", "of": of}})
    _, filling = await bench.dial()
    filling.write(request("/", b"x" * 300_000))
    await eventually(lambda: bench.armed[-1].struck)
    reader, writer = await asyncio.open_connection(*bench.link.address, local_addr=(other, 0))
    bench.writers.append(writer)
    writer.write(request("/"))
    async with asyncio.timeout(30):
        assert (await response(reader))[0] == 200


@BOTH
@pytest.mark.parametrize("by", ["end", "reset", "silence"])
async def test_a_cut_passes_so_many_bytes_and_no_more(bench: Bench, protocol: str, by: str) -> None:
    sent = b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(300_000)
    await bench.open(protocol, pour(sent))
    bench.arm({"cut": {"after": "100k", "by": by}})
    reader, writer = await bench.dial()
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    got = await reader.readexactly(102_400)
    assert got == sent[:102_400]
    if by == "reset":
        with pytest.raises(ConnectionResetError):
            await reader.read()
    elif by == "end":
        assert await reader.read() == b""
    else:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(), 0.2)
        writer.close()
        await eventually(lambda: not bench.link.connections)
    assert [row["kind"] for row in bench.strikes()] == ["cut"]


async def test_a_connection_that_stays_under_a_cut_is_left_alone(bench: Bench) -> None:
    sent = os.urandom(50_000)
    await bench.open("tcp", pour(sent))
    bench.arm({"cut": "100k"})
    assert await pull(bench) == sent
    assert bench.strikes() == []


@BOTH
async def test_a_slicer_changes_nothing_but_the_pieces(bench: Bench, protocol: str) -> None:
    sent = b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(4_000)
    await bench.open(protocol, pour(sent))
    bench.arm({"slicer": {"size": "100b", "variation": "50b", "gap": "5ms"}})
    reader, writer = await bench.dial()
    began = time.monotonic()
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    got = b""
    while piece := await reader.read(65_536):
        got += piece
        # On a busy machine two may be read as one.
        assert len(got) <= 150 * (1 + (time.monotonic() - began + EARLY) / 0.005)
    assert got == sent


@BOTH
async def test_a_slicer_s_piece_comes_alone(bench: Bench, protocol: str) -> None:
    await bench.open(protocol, pour(b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(4_000)))
    bench.arm({"slicer": {"size": "100b", "variation": "50b", "gap": "60s"}})
    reader, writer = await bench.dial()
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(30):
        assert 50 <= len(await reader.read(65_536)) <= 150
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.2)


async def test_a_slicer_without_a_gap_does_not_slow_a_transfer_down(bench: Bench) -> None:
    sent = os.urandom(3_000_000)
    await bench.open("tcp", pour(sent))
    bench.arm({"slicer": "100b"})
    async with asyncio.timeout(30):  # a timer for each piece alone takes as long
        got = await pull(bench)
    assert hashlib.sha256(got).digest() == hashlib.sha256(sent).digest()


@BOTH
async def test_slow_close_delays_the_end_and_nothing_else(bench: Bench, protocol: str) -> None:
    sent = b"HTTP/1.1 200 OK\r\n\r\nbody"
    await bench.open(protocol, pour(sent))
    bench.arm({"slow_close": "300ms"})
    reader, writer = await bench.dial()
    began = time.monotonic()
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    assert await reader.readexactly(len(sent)) == sent
    assert await reader.read() == b""
    assert time.monotonic() - began >= 0.3 - EARLY
    (row,) = bench.strikes()
    assert row["lasted"] >= 0.3 - EARLY


@BOTH
async def test_what_comes_before_a_slow_close_does_not_wait_for_it(bench: Bench, protocol: str) -> None:
    sent = b"HTTP/1.1 200 OK\r\n\r\nbody"
    await bench.open(protocol, pour(sent))
    bench.arm({"slow_close": "60s"})
    reader, writer = await bench.dial()
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(30):
        assert await reader.readexactly(len(sent)) == sent


async def test_losses_are_as_many_as_asked_for_and_each_is_a_stall(bench: Bench) -> None:
    """One segment a message: what it takes tells how often it was lost."""
    await bench.open("tcp", Web())
    bench.arm({"loss": {"segments": "20%", "again": "100ms"}})
    streams = [await bench.dial() for _ in range(20)]

    async def messages(one: Streams) -> list[float]:
        return [await ping(one) for _ in range(10)]

    took = [seconds for each in await asyncio.gather(*(messages(one) for one in streams)) for seconds in each]
    # Of the segments sent, those again included, every fifth is lost: 200 arrive, so 250 are sent, or 249.
    lost = sum(int(row["effect"].split()[0]) for row in bench.strikes())
    assert lost in (49, 50)
    # A busy machine makes messages slower, never faster than what they waited for.
    assert sum(0 if s < 0.1 else 1 if s < 0.3 else 2 if s < 0.7 else 3 if s < 1.5 else 4 for s in took) >= lost


@BOTH
async def test_down_refuses_and_drops_and_comes_back(bench: Bench, protocol: str) -> None:
    await bench.open(protocol, Web())
    before = await bench.dial()
    await ping(before)
    bench.arm({"down": {}})
    assert await before[0].read() == b""
    with pytest.raises(ConnectionRefusedError):
        await bench.dial()
    for _ in range(3):
        bench.arm()
        await ping(await bench.dial())
        bench.arm({"down": {}})
        await settled()
        with pytest.raises(ConnectionRefusedError):
            await bench.dial()
    bench.arm()
    rows = bench.strikes()
    assert {row["kind"] for row in rows} == {"down"}
    assert len(rows) == 4 + 4  # the link each time, and one connection each time


async def test_reset_may_let_the_caller_wait(bench: Bench) -> None:
    target = Web()
    await bench.open("tcp", target)
    bench.arm({"reset": {"after": "200ms"}})
    reader, writer = await bench.dial()
    began = time.monotonic()
    writer.write(request("/"))
    with pytest.raises(ConnectionResetError):
        await reader.read()
    assert time.monotonic() - began >= 0.2 - EARLY
    assert target.seen == []


@BOTH
async def test_faults_that_strike_nobody_alter_nothing(bench: Bench, protocol: str) -> None:
    """Each is switched on, and its deck holds no card for the only connection."""
    sent = b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(1_000_000)
    await bench.open(protocol, pour(sent))
    kinds: list[dict[str, Any]] = [
        {"cut": "1k"}, {"loss": "50%"}, {"slicer": "1b"}, {"slow_close": "5s"}, {"latency": "5s"}, {"timeout": {}},
        {"reset": {}}, {"bandwidth": "1k"}, {"refuse": {}},
    ]  # fmt: skip
    bench.arm(*(kind | {"every": 1000} for kind in kinds))
    reader, writer = await bench.dial()
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    assert hashlib.sha256(await reader.read()).digest() == hashlib.sha256(sent).digest()
    assert bench.strikes() == []
