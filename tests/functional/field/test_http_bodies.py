"""Answers that end before their end, come late, or drip: what real clients get of them."""

import asyncio
import time

import aiohttp
import httpx
import pytest

from tests.functional.field.conftest import Bench, eventually, request
from tests.functional.field.targets import ORDER, Client, Site


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("then", ["close", "reset"])
async def test_an_answer_ends_before_its_end(bench: Bench, framing: str, then: str) -> None:
    site = Site(b"x" * 1000, framing=framing)
    await bench.open("http", site)
    bench.arm({"truncate": {"at": "40%", "then": then}})
    reader, writer = await bench.dial()
    writer.write(request("/"))
    head = await reader.readuntil(b"\r\n\r\n")
    got = b""
    try:
        while part := await reader.read(1000):
            got += part
        torn = False
    except ConnectionResetError:
        torn = True
    whole = 1000 if framing == "length" else 6 * 1000 + 13
    assert (len(got), torn) == (int(whole * 0.4), then == "reset")
    assert (b"Content-Length: 1000" in head) is (framing == "length")
    (row,) = bench.strikes()
    assert row["effect"] == f"cut behind {len(got)} bytes of the body, then {then}"


@pytest.mark.parametrize("framing", ["length", "chunked"])
async def test_clients_notice_an_answer_without_its_end(bench: Bench, http: Client, framing: str) -> None:
    await bench.open("http", Site(framing=framing))
    bench.arm({"truncate": {"bytes": 20}})
    with pytest.raises(httpx.RemoteProtocolError):
        await http().get("/")
    url = "http://{}:{}/".format(*bench.link.address)
    async with aiohttp.ClientSession() as session, session.get(url) as got:
        with pytest.raises(aiohttp.ClientPayloadError):
            await got.read()


async def test_an_answer_that_is_shorter_than_the_cut_is_whole(bench: Bench, http: Client) -> None:
    await bench.open("http", Site())
    bench.arm({"truncate": {"bytes": len(ORDER)}})
    assert (await http().get("/")).content == ORDER
    assert bench.strikes() == []


async def test_a_stream_is_cut_as_it_passes_and_may_stall(bench: Bench) -> None:
    seen = asyncio.Event()

    async def tokens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(100):
            if number == 2:
                await seen.wait()
            if writer.is_closing():
                return
            writer.write(b"9\r\ndata: %d\n\n\r\n" % (number % 10))
            await asyncio.sleep(0.02)

    await bench.open("http", tokens)
    bench.arm({"truncate": {"bytes": 14 * 3, "then": "stall"}})
    reader, writer = await bench.dial()
    writer.write(request("/"))
    async with asyncio.timeout(30):
        await reader.readuntil(b"\r\n\r\n")
        await reader.readuntil(b"data: 1")
    seen.set()
    assert (await reader.readexactly(4 + 14)).endswith(b"data: 2\n\n\r\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.3)
    writer.close()
    await eventually(lambda: not bench.link.connections)
    (row,) = bench.strikes()
    assert row["lasted"] >= 0.2


async def test_a_broken_chunk_is_no_answer(bench: Bench, http: Client) -> None:
    await bench.open("http", Site())
    bench.arm({"misframe": None})
    with pytest.raises(httpx.RemoteProtocolError):
        await http().get("/")
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientError):
            await (await session.get("http://{}:{}/".format(*bench.link.address))).read()
    assert bench.strikes()[0]["effect"] == f"a broken chunk behind {(len(ORDER) + 1) // 2} of {len(ORDER)} bytes"


async def test_a_body_comes_late_and_its_head_at_once(bench: Bench, http: Client) -> None:
    await bench.open("http", Site())
    bench.arm({"late_body": "1500ms"})
    async with http().stream("GET", "/") as answer:
        head = time.monotonic()
        assert await answer.aread() == ORDER
    assert time.monotonic() - head > 0.75  # of which a busy machine may have eaten the other half
    assert bench.strikes()[0]["lasted"] >= 1.5


async def test_a_body_dribbles(bench: Bench) -> None:
    await bench.open("http", Site(b"x" * 40))
    bench.arm({"dribble": {"bytes": 4, "every": "50ms"}})
    reader, writer = await bench.dial()
    began = time.monotonic()
    writer.write(request("/"))
    await reader.readuntil(b"\r\n\r\n")
    got = 0
    while got < 40:
        got += len(await reader.read(100))
        assert got % 4 == 0  # on a busy machine two may be read as one
        assert time.monotonic() - began >= 0.05 * (got // 4 - 1)


async def test_the_head_of_a_body_that_dribbles_comes_at_once(bench: Bench) -> None:
    await bench.open("http", Site(b"x" * 40))
    bench.arm({"dribble": {"bytes": 4, "every": "60s"}})
    reader, writer = await bench.dial()
    writer.write(request("/"))
    async with asyncio.timeout(30):
        await reader.readuntil(b"\r\n\r\n")


async def test_no_read_timeout_sees_a_dribble(bench: Bench, http: Client) -> None:
    await bench.open("http", Site(b"x" * 12))
    bench.arm({"dribble": {"bytes": 1, "every": "200ms"}})
    client = http()
    client.timeout = httpx.Timeout(30, read=1.5)
    began = time.monotonic()
    assert (await client.get("/")).content == b"x" * 12
    assert time.monotonic() - began > 2
