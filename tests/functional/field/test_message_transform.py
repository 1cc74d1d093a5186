"""What faults on HTTP leave whole: what they do not strike, what they cannot gather, and the order of answers."""

import asyncio
import gzip
import time
from typing import Any

import aiohttp
import pytest

from simulator.field import message_transform as passage
from tests.functional.field.conftest import Bench, Web, eventually, request, response
from tests.functional.field.targets import ORDER, Client, Site


@pytest.mark.parametrize("fault", [{"garble": None}, {"schema": {"remove": ["$.id"]}}, {"truncate": "50%"}])
async def test_what_a_target_left_unfinished_passes_as_it_came(bench: Bench, fault: dict[str, Any]) -> None:
    async def dies(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"id": 1')

    await bench.open("http", dies)
    bench.arm(fault)
    reader, writer = await bench.dial()
    writer.write(request("/"))
    assert (await reader.read()).endswith(b'\r\n8\r\n{"id": 1')
    assert bench.strikes() == []


async def test_what_is_too_large_to_gather_passes_as_it_is(bench: Bench, http: Client) -> None:
    big = b'{"id": 1, "x": "%b"}' % (b"x" * 300_000)
    site = Site(big)
    await bench.open("http", site)
    bench.arm({"schema": {"remove": ["$.id"]}}, {"duplicate": None})
    answer = await http().post("/", content=big)
    assert (answer.content, site.bodies) == (big, [big])
    assert passage.Gathered.held == 0
    assert bench.strikes() == []


async def test_what_was_gathered_of_a_client_that_left_is_let_go(bench: Bench) -> None:
    await bench.open("http", Site())
    bench.arm({"garble": {"on": "request"}})
    _, writer = await bench.dial()
    writer.write(request("/", b"x" * 1000)[:-1])
    await eventually(lambda: passage.Gathered.held > 0)
    writer.transport.abort()
    await eventually(lambda: passage.Gathered.held == 0)


async def test_a_client_that_asks_before_it_sends_a_body_is_told_to(bench: Bench) -> None:
    site = Site()
    await bench.open("http", site)
    bench.arm({"headers": {"set": {"X-Via": "edge"}, "on": "request"}})
    url = "http://{}:{}/".format(*bench.link.address)
    async with aiohttp.ClientSession() as session, session.post(url, data=b"body", expect100=True) as answer:
        assert await answer.read() == ORDER
    assert site.bodies == [b"body"]


async def test_struck_and_unstruck_answers_keep_their_order_in_a_pipeline(bench: Bench) -> None:
    await bench.open("http", Web(delay=0.01))
    bench.arm(
        {"abort": 503, "where": {"path": "/abort"}},
        {"garble": None, "where": {"path": "/garble"}},
        {"dribble": {"bytes": 5, "every": "10ms"}, "where": {"path": "/drip"}},
        {"late_body": "50ms", "where": {"path": "/late"}},
        {"duplicate": None, "where": {"path": "/twice"}},
    )
    reader, writer = await bench.dial()
    paths = ["/late", "/abort", "/1", "/garble", "/twice", "/drip", "/2"]
    writer.write(b"".join(request(path, b"{}") for path in paths))
    answers = [await response(reader) for _ in paths]
    assert [status for status, _ in answers] == [200, 503, 200, 200, 200, 200, 200]
    whole = [body for _, body in answers if body.isascii()]
    assert whole == [
        b"/late{}",
        b"",
        b"/1{}",
        b"/twice{}",
        b"/drip{}",
        b"/2{}",
    ]


async def test_faults_on_one_answer_add_up(bench: Bench, http: Client) -> None:
    packed = gzip.compress(ORDER)

    async def zipped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(packed), packed)
        )

    await bench.open("http", zipped)
    bench.arm(
        {"schema": {"remove": ["$.town"]}},
        {"headers": {"set": {"X-A": "1"}}},
        {"latency": "100ms"},
        {"late_body": "100ms"},
    )
    began = time.monotonic()
    answer = await http().get("/")
    assert (answer.json(), answer.headers["x-a"]) == ({"id": 7, "lines": [{"price": 1.5}]}, "1")
    assert time.monotonic() - began >= 0.2
    assert sorted(row["kind"] for row in bench.strikes()) == ["headers", "late_body", "latency", "schema"]


EXCHANGES = {
    "length": (request("/", b"body"), b"HTTP/1.1 200 OK\r\ncontent-LENGTH :4\r\nX-Odd:  a  b \r\n\r\nbody"),
    "chunked": (
        b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nbo\r\n02\r\ndy\r\n0\r\nA: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n4\r\nbody\r\n0\r\nSum: 9\r\n\r\n",
    ),
    "bodiless": (b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"),
    "interim": (
        request("/", b"body"),
        b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    ),
    "folded": (request("/", headers="X-Fold: a\r\n b\r\n"), b"HTTP/1.1 200  \r\nContent-Length: 0\r\n\r\n"),
    "old": (b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"),
}
"""What a request and its answer may look like, byte by byte."""


@pytest.mark.parametrize("armed", [False, True])
@pytest.mark.parametrize("size", [1, 7, 100_000])
async def test_what_is_not_struck_is_the_same_byte_for_byte(bench: Bench, armed: bool, size: int) -> None:
    got = bytearray()
    sent = b"".join(asked for asked, _ in EXCHANGES.values())
    answered = b"".join(answer for _, answer in EXCHANGES.values())

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for asked, answer in EXCHANGES.values():
            got.extend(await reader.readexactly(len(asked)))
            for start in range(0, len(answer), size):
                writer.write(answer[start : start + size])
                await asyncio.sleep(0)

    await bench.open("http", play)
    if armed:  # set, and none of them strikes these
        bench.arm({"garble": None, "where": {"path": "/none"}}, {"stale": None}, {"expired": None, "share": "0%"})
    reader, writer = await bench.dial()
    for start in range(0, len(sent), size):
        writer.write(sent[start : start + size])
        await asyncio.sleep(0)
    assert await reader.read() == answered
    assert bytes(got) == sent
    assert bench.strikes() == []
