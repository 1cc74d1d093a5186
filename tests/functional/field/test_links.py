"""A link without a fault is as transparent as a wire."""

import asyncio
import hashlib
import os
import socket
import struct

import aiohttp
import pytest
from aiohttp import web

from simulator.field import links
from tests.functional.field.conftest import Bench, Web, eventually, request, response, settled

BOTH = pytest.mark.parametrize("protocol", ["tcp", "http"])


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


async def digest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers only once the caller has ended its half."""
    writer.write(hashlib.sha256(await reader.read()).digest())
    await writer.drain()


@BOTH
async def test_a_million_random_bytes_come_back_identical(bench: Bench, protocol: str) -> None:
    await bench.open(protocol, echo)
    reader, writer = await bench.dial()
    data = os.urandom(1_000_000)
    reading = asyncio.create_task(reader.read(-1))
    for start in range(0, len(data), 7919):
        writer.write(data[start : start + 7919])
        await writer.drain()
    writer.write_eof()
    assert await reading == data


@BOTH
async def test_half_a_connection_may_end_first(bench: Bench, protocol: str) -> None:
    await bench.open(protocol, digest)
    reader, writer = await bench.dial()
    data = b"POST /without-an-end" + os.urandom(100_000)
    writer.write(data)
    writer.write_eof()
    assert await reader.read() == hashlib.sha256(data).digest()


@BOTH
async def test_an_unfinished_head_still_arrives_when_its_sender_ends(bench: Bench, protocol: str) -> None:
    await bench.open(protocol, digest)
    reader, writer = await bench.dial()
    writer.write(b"GET /unfinished HTTP/1.1\r\nHost:")
    writer.write_eof()
    assert await reader.read() == hashlib.sha256(b"GET /unfinished HTTP/1.1\r\nHost:").digest()


@BOTH
async def test_a_slow_reader_slows_the_sender(bench: Bench, protocol: str) -> None:
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
        for _ in range(50):
            writer.write(bytes(1_000_000))
            await writer.drain()
            sent += 1_000_000
        writer.write_eof()

    await bench.open(protocol, pour)
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        slow.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(slow, bench.link.address)
        await loop.sock_sendall(slow, request("/"))
        stalled = -1
        while stalled != sent:  # until it is not taken any more
            stalled = sent
            await settled()
        assert stalled < 20_000_000  # what the kernel's buffers of three sockets hold, and no more
        received = 0
        while data := await loop.sock_recv(slow, 1 << 20):
            received += len(data)
    assert received > 50_000_000
    assert sent == 50_000_000


async def test_a_thousand_connections_at_once(bench: Bench) -> None:
    await bench.open("tcp", echo)

    async def one(number: int) -> bool:
        reader, writer = await bench.dial()
        writer.write(b"%d\n" % number)
        return await reader.readline() == b"%d\n" % number

    async with asyncio.timeout(30):
        assert all(await asyncio.gather(*(one(number) for number in range(1000))))
        assert len(bench.link.connections) == 1000
        for writer in bench.writers:
            writer.close()
        await eventually(lambda: not bench.link.connections)


async def test_pipelined_requests_are_answered_in_order(bench: Bench) -> None:
    target = Web()
    await bench.open("http", target)
    reader, writer = await bench.dial()
    wanted = [(f"/{n}", b"x" * n) for n in range(20)]
    data = b"".join(request(path, body) for path, body in wanted)
    for start in range(0, len(data), 101):
        writer.write(data[start : start + 101])
        await asyncio.sleep(0)
    for path, body in wanted:
        assert await response(reader) == (200, path.encode() + body)
    assert [(path.split()[1], body) for _, path, body in target.seen] == wanted


@BOTH
async def test_a_target_that_is_down_resets_the_connection(bench: Bench, protocol: str) -> None:
    await bench.open(protocol, None)
    reader, writer = await bench.dial()
    writer.write(request("/"))
    with pytest.raises(ConnectionResetError):
        await reader.read()


@BOTH
async def test_a_target_that_resets_shows_as_a_reset(bench: Bench, protocol: str) -> None:
    async def crash(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    await bench.open(protocol, crash)
    reader, writer = await bench.dial()
    writer.write(request("/"))
    with pytest.raises(ConnectionResetError):
        await reader.read()


@BOTH
async def test_a_target_that_closes_cleanly_shows_as_an_end(bench: Bench, protocol: str) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)

    await bench.open(protocol, hang_up)
    reader, writer = await bench.dial()
    writer.write(request("/"))
    assert await reader.read() == b""


@BOTH
async def test_a_request_on_a_connection_that_the_target_closed_fails_at_once(bench: Bench, protocol: str) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    await bench.open(protocol, hang_up)
    with socket.create_connection(bench.link.address) as stale:
        stale.setblocking(False)
        loop = asyncio.get_running_loop()
        while await loop.sock_recv(stale, 4096):
            pass
        await loop.sock_sendall(stale, request("/late"))
        await eventually(lambda: stale.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == 7)  # it is closed


@BOTH
async def test_a_client_that_leaves_ends_the_targets_connection(bench: Bench, protocol: str) -> None:
    target = Web()
    await bench.open(protocol, target)
    reader, writer = await bench.dial()
    writer.write(request("/"))
    await response(reader)
    writer.close()
    await eventually(lambda: target.gone and not bench.link.connections)


async def test_http_as_servers_and_clients_really_speak_it(bench: Bench) -> None:
    async def app_echo(call: web.Request) -> web.StreamResponse:
        body = await call.read()
        if "chunked" in call.query:
            stream = web.StreamResponse()
            stream.enable_chunked_encoding()
            await stream.prepare(call)
            for start in range(0, len(body), 1000):
                await stream.write(body[start : start + 1000])
            return stream
        return web.Response(status=int(call.query.get("status", 200)), body=body or None)

    async def socket_echo(call: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(call)
        async for message in answer:
            await answer.send_bytes(message.data)
        return answer

    app = web.Application()
    app.router.add_get("/socket", socket_echo)
    app.router.add_route("*", "/", app_echo)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert runner.addresses
    await bench.link_to("http", runner.addresses[0][1])
    bench.arm({"latency": "0ms"})  # every message goes through the slow path
    body = os.urandom(50_000)

    async def sending() -> object:
        for start in range(0, len(body), 5000):
            yield body[start : start + 5000]

    base = "http://{}:{}".format(*bench.link.address)
    async with aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(limit=1)) as http:
        for _ in range(2):
            async with http.post("/", data=body) as answer:
                assert await answer.read() == body
            async with http.post("/", data=sending(), params={"chunked": "1"}) as answer:
                assert await answer.read() == body
            async with http.head("/") as answer:
                assert (answer.status, await answer.read()) == (200, b"")
            for status in (204, 304):
                async with http.get("/", params={"status": status}) as answer:
                    assert (answer.status, await answer.read()) == (status, b"")
            async with http.post("/", data=body, expect100=True) as answer:
                assert await answer.read() == body
        assert len(bench.link.connections) == 1
        async with http.ws_connect("/socket") as ws:
            for part in (b"one", body, b"GET / HTTP/1.1\r\n\r\n"):
                await ws.send_bytes(part)
                assert await ws.receive_bytes() == part
    await runner.cleanup()


async def test_endless_interim_responses_tear_the_connection_down(bench: Bench) -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)
            await writer.drain()
            await asyncio.sleep(0.001)

    await bench.open("http", never)
    reader, writer = await bench.dial()
    writer.write(request("/a"))
    with pytest.raises(ConnectionResetError):
        async with asyncio.timeout(5):
            await reader.read()


async def test_endless_pipelined_requests_tear_the_connection_down(bench: Bench) -> None:
    async def never(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            pass

    await bench.open("http", never)
    reader, writer = await bench.dial()
    writer.write(request("/a") * 1100)
    with pytest.raises(ConnectionResetError):
        async with asyncio.timeout(5):
            await reader.read()


async def test_a_link_takes_no_more_than_there_are_files_for(bench: Bench) -> None:
    link = await bench.open("http", Web())
    few = links.LinkServer(link.config, room=0)
    assert few.full
    assert not link.full


async def test_a_link_takes_only_so_many_connections(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "MAX_CONNECTIONS", 2)
    await bench.open("http", Web())
    for _ in range(2):
        reader, writer = await bench.dial()
        writer.write(request("/a"))
        assert await response(reader) == (200, b"/a")
    refused, _ = await bench.dial()
    with pytest.raises(ConnectionResetError):
        async with asyncio.timeout(5):
            await refused.read()
    writer.close()
    await eventually(lambda: not bench.link.full)
    reader, writer = await bench.dial()
    writer.write(request("/b"))
    assert await response(reader) == (200, b"/b")
    bench.link.config.connections = 1  # a part that stands fewer
    refused, _ = await bench.dial()
    with pytest.raises(ConnectionResetError):
        async with asyncio.timeout(5):
            await refused.read()
