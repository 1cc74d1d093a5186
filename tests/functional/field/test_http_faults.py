"""What each fault on HTTP does to real clients and to a real target, through a real link."""

import asyncio
import contextlib
import email.utils
import gzip
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import httpx
import pytest

from simulator.field import passage
from simulator.parts import PARTS
from tests.functional.field.conftest import Bench, Web, eventually, request, response

ORDER = b'{"id": 7, "town": "K\xc3\xb6ln", "lines": [{"price": 1.5}]}'


class Site:
    """A target that answers what it is told to; the last request's bytes are in `heads` and `bodies`."""

    def __init__(self, body: bytes = ORDER, media: str = "application/json", framing: str = "length") -> None:
        self.body, self.media, self.framing = body, media, framing
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.at: list[float] = []
        self.status = 200
        self.number = False
        """Every answer holds how many there were."""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.lower().partition("content-length:")[2].split()[0]) if "ength:" in head else 0
            if "expect:" in head.lower():
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = await reader.readexactly(length)
            self.at.append(time.monotonic())
            self.heads.append(head)
            self.bodies.append(body)
            self._answer(writer, b"%d" % len(self.heads) if self.number else self.body, head.startswith("HEAD "))
            if self.framing == "end":
                return

    def _answer(self, writer: asyncio.StreamWriter, body: bytes, bodiless: bool) -> None:
        framing = {"length": b"Content-Length: %d\r\n" % len(body), "chunked": b"Transfer-Encoding: chunked\r\n"}
        head = b"HTTP/1.1 %d OK\r\nContent-Type: %b\r\n" % (self.status, self.media.encode())
        writer.write(head + framing.get(self.framing, b"") + b"ETag: 1\r\n\r\n")
        if self.framing == "chunked":
            writer.writelines(b"1\r\n%c\r\n" % byte for byte in body)
            body = b"0\r\nSum: 1\r\n\r\n"
        writer.write(b"" if bodiless else body)


@pytest.fixture
async def http(bench: Bench) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    clients: list[httpx.AsyncClient] = []

    def client() -> httpx.AsyncClient:
        made = httpx.AsyncClient(base_url="http://{}:{}".format(*bench.link.address), timeout=2.0)
        clients.append(made)
        return made

    yield client
    for made in clients:
        await made.aclose()


Client = Callable[[], httpx.AsyncClient]
FRAMINGS = pytest.mark.parametrize("framing", ["length", "chunked", "end"])


async def test_throttle_says_when_to_come_again(bench: Bench, http: Client) -> None:
    site = Site()
    await bench.open("http", site)
    bench.arm({"throttle": {"retry_after": "1500ms", "headers": ["x-ratelimit", "ratelimit"], "limit": 2}})
    client = http()
    answers = [await client.get("/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    said = answers[2].headers
    assert said["retry-after"] == said["x-ratelimit-reset"] == "2"
    assert (said["x-ratelimit-limit"], said["x-ratelimit-remaining"]) == ("2", "0")
    assert (said["ratelimit-policy"], said["ratelimit"]) == ('"default";q=2;w=1', '"default";r=0;t=2')
    assert len(site.heads) == 2
    await asyncio.sleep(1.0)
    assert (await client.get("/")).status_code == 200
    assert [row["effect"] for row in bench.strikes()] == ["answered 429"] * 2


async def test_throttle_may_say_it_as_a_date(bench: Bench, http: Client) -> None:
    await bench.open("http", Site())
    bench.arm({"throttle": {"retry_after": "30s", "form": "date", "headers": []}, "share": "50%"})
    client = http()
    answers = [await client.get("/") for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 4
    until = email.utils.parsedate_to_datetime(refused[0].headers["retry-after"]).timestamp()
    assert until - time.time() == pytest.approx(30, abs=2)
    assert not [name for name in refused[0].headers if "ratelimit" in name]


async def test_credentials_count_no_more_until_somebody_logs_in(bench: Bench, http: Client) -> None:
    site = Site()
    await bench.open("http", site)
    bench.arm({"expired": {"login": {"path": "/token"}}})
    client = http()
    refused = await client.get("/orders")
    assert (refused.status_code, refused.headers["www-authenticate"].split()[0]) == (401, "Bearer")
    site.status = 403
    assert (await client.post("/token")).status_code == 403
    assert (await client.get("/orders")).status_code == 401
    site.status = 200
    assert (await client.post("/token")).status_code == 200
    assert (await client.get("/orders")).status_code == 200
    assert [row["detail"] for row in bench.strikes()] == ["GET /orders"] * 2


@FRAMINGS
async def test_an_earlier_answer_comes_again(bench: Bench, http: Client, framing: str) -> None:
    site = Site(framing=framing)
    site.number = True
    await bench.open("http", site)
    bench.arm({"stale": None, "share": "50%", "where": {"path": "/stock"}})
    client = http()
    got = [int((await client.get("/stock")).content) for _ in range(12)]
    assert got[0] == 1
    assert sum(number == 1 for number in got[1:]) in (5, 6)
    assert (await client.get("/stock", params={"of": "B"})).content != b"1"
    assert (await client.post("/stock")).content != b"1"
    assert (await client.get("/other")).content != b"1"
    stale = next(row for row in bench.strikes() if row["kind"] == "stale")
    assert stale["effect"] == "an earlier answer again"


async def test_a_cache_that_forgets_the_query_answers_what_another_asked(bench: Bench, http: Client) -> None:
    site = Site()
    site.number = True
    await bench.open("http", site)
    bench.arm({"stale": {"key": "path", "life": "300ms"}})
    client = http()
    first, second = await client.get("/stock?of=A"), await client.get("/stock?of=B")
    assert (first.content, second.content, second.headers["age"], second.headers["etag"]) == (b"1", b"1", "0", "1")
    await asyncio.sleep(0.35)
    assert (await client.get("/stock?of=B")).content == b"2"


async def test_accepted_is_not_done(bench: Bench, http: Client) -> None:
    site = Site()
    await bench.open("http", site)
    bench.arm({"accepted": None})
    answer = await http().post("/orders", content=b"x" * 100_000)
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    assert site.heads == []
    assert bench.strikes()[0]["effect"] == "answered 202, not delivered"


@pytest.mark.parametrize(("on", "done"), [("request", 0), ("response", 1)])
async def test_an_error_hides_in_a_success(bench: Bench, http: Client, on: str, done: int) -> None:
    site = Site()
    site.status = 503
    await bench.open("http", site)
    bench.arm({"hidden_error": {"on": on}})
    answer = await http().post("/orders")
    assert (answer.status_code, answer.json()["error"]["code"]) == (200, "UPSTREAM_FAILED")
    assert len(site.heads) == done


@pytest.mark.parametrize("answer", ["first", "second"])
async def test_a_request_is_delivered_twice(bench: Bench, http: Client, answer: str) -> None:
    site = Site()
    site.number = True
    await bench.open("http", site)
    bench.arm({"duplicate": {"apart": "600ms", "answer": answer}, "where": {"method": "POST"}})
    client = http()
    got = await client.post("/orders", content=b"x" * 50_000)
    assert got.content == (b"1" if answer == "first" else b"2")
    await eventually(lambda: len(site.bodies) == 2)
    assert site.bodies[0] == site.bodies[1] == b"x" * 50_000
    assert site.heads[0] == site.heads[1]
    assert site.at[1] - site.at[0] > 0.3  # the first has a connection to open, too
    await client.get("/orders")
    assert len(site.heads) == 3
    assert [row["effect"] for row in bench.strikes()] == [f"delivered twice, {answer} answered"]


async def test_a_copy_arrives_though_its_client_has_left(bench: Bench) -> None:
    site = Site()
    await bench.open("http", site)
    bench.arm({"duplicate": {"apart": "150ms"}})
    reader, writer = await bench.dial()
    writer.write(request("/", b"body"))
    await response(reader)
    writer.close()
    await eventually(lambda: site.bodies == [b"body", b"body"])


async def test_headers_are_dropped_and_altered_both_ways(bench: Bench, http: Client) -> None:
    site = Site()
    await bench.open("http", site)
    bench.arm(
        {"headers": {"drop": ["authorization"], "set": {"X-Via": "edge"}, "on": "request"}},
        {"headers": {"drop": ["ETag"], "set": {"Cache-Control": "public"}}},
    )
    answer = await http().post("/", content=b"body", headers={"Authorization": "Bearer x", "X-Kept": "1"})
    assert "etag" not in answer.headers
    assert (answer.headers["cache-control"], answer.content) == ("public", ORDER)
    sent = site.heads[0].lower()
    assert "authorization" not in sent
    assert "x-via: edge" in sent
    assert "x-kept: 1" in sent
    assert site.bodies == [b"body"]
    assert sorted(row["effect"] for row in bench.strikes()) == [
        "dropped ETag, Cache-Control: public", "dropped authorization, X-Via: edge"
    ]  # fmt: skip


@FRAMINGS
async def test_an_answer_says_what_it_is_not(bench: Bench, http: Client, framing: str) -> None:
    await bench.open("http", Site(framing=framing))
    client = http()
    bench.arm({"mislabel": {"coding": "gzip"}})
    with pytest.raises(httpx.DecodingError):
        await client.get("/")
    bench.arm({"mislabel": {"charset": "cp1252"}})
    answer = await client.get("/")
    assert (answer.charset_encoding, answer.content.decode("cp1252")) == ("utf-8", ORDER.decode())
    bench.arm({"mislabel": {"type": "text/html"}})
    url = "http://{}:{}/".format(*bench.link.address)
    async with aiohttp.ClientSession() as session, session.get(url) as got:
        with pytest.raises(aiohttp.ContentTypeError):
            await got.json()


@FRAMINGS
async def test_a_garbled_body_is_as_long_and_is_no_json(bench: Bench, http: Client, framing: str) -> None:
    await bench.open("http", Site(b'{"a": [1, 2, {"b": "c"}]}', framing=framing))
    bench.arm({"garble": {"bytes": 2}})
    answer = await http().get("/")
    assert len(answer.content) == 25
    with pytest.raises((UnicodeDecodeError, json.JSONDecodeError)):
        answer.json()
    assert bench.strikes()[0]["effect"] == "2 of 25 bytes flipped"


@FRAMINGS
async def test_the_schema_changes(bench: Bench, http: Client, framing: str) -> None:
    site = Site(framing=framing)
    await bench.open("http", site)
    bench.arm(
        {"schema": {"rename": {"$.id": "no"}, "retype": {"$.lines[*].price": "string"}}, "where": {"path": "/orders/*"}}
    )
    client = http()
    assert (await client.get("/orders/7")).json() == {"no": 7, "town": "Köln", "lines": [{"price": "1.5"}]}
    assert (await client.get("/stock")).content == ORDER
    assert (await client.head("/orders/7")).status_code == 200
    (row,) = bench.strikes()
    assert row["effect"] == "retyped $.lines[*].price, renamed $.id to no"


async def test_a_field_is_required_of_requests(bench: Bench, http: Client) -> None:
    site = Site()
    await bench.open("http", site)
    bench.arm({"schema": {"require": ["$.channel"]}})
    client = http()
    refused = await client.post("/orders", json={"id": 1})
    assert (refused.status_code, refused.json()["detail"][0]["loc"]) == (422, "$.channel")
    assert (await client.post("/orders", json={"id": 1, "channel": "web"})).status_code == 200
    assert (await client.get("/orders")).status_code == 200
    assert len(site.heads) == 2
    assert [row["effect"] for row in bench.strikes()] == ["answered 422: a field is required"]


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
    async def tokens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(100):
            if writer.is_closing():
                return
            writer.write(b"9\r\ndata: %d\n\n\r\n" % (number % 10))
            await asyncio.sleep(0.02)

    await bench.open("http", tokens)
    bench.arm({"truncate": {"bytes": 14 * 3, "then": "stall"}})
    reader, writer = await bench.dial()
    began = time.monotonic()
    writer.write(request("/"))
    await reader.readuntil(b"\r\n\r\n")
    await reader.readuntil(b"data: 1")
    assert time.monotonic() - began < 0.5
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
    assert time.monotonic() - began < 0.05
    parts: list[bytes] = []
    while len(b"".join(parts)) < 40:
        parts.append(await reader.read(100))
    assert [len(part) for part in parts] == [4] * 10
    assert time.monotonic() - began == pytest.approx(0.54, abs=0.05)


async def test_no_read_timeout_sees_a_dribble(bench: Bench, http: Client) -> None:
    await bench.open("http", Site(b"x" * 12))
    bench.arm({"dribble": {"bytes": 1, "every": "60ms"}})
    client = http()
    client.timeout = httpx.Timeout(0.3)
    began = time.monotonic()
    assert (await client.get("/")).content == b"x" * 12
    assert time.monotonic() - began > 0.7


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


@pytest.mark.parametrize(
    "fault", [{"abort": 503}, {"reset": None}, {"latency": "10ms"}, {"garble": None}, {"timeout": {"on": "response"}}]
)
async def test_a_row_has_the_business_key_of_what_was_struck(bench: Bench, http: Client, fault: dict[str, Any]) -> None:
    await bench.open("http", Site())
    await bench.link.stop()
    await bench.link_to("http", bench.link.config.target.port, PARTS["soap-erp"].key(None))
    bench.arm(fault)
    call = "<soap:Body><h:Bestellen xmlns:h='urn:x'>{}<h:Menge>1</h:Menge></h:Bestellen></soap:Body>"
    client = http()
    client.timeout = httpx.Timeout(0.3)
    for content in (call.format("<h:Auftrag>HW-000123</h:Auftrag>"), call.format("")):
        with contextlib.suppress(httpx.HTTPError):
            await client.post("/erp", content=content, headers={"X-Key": "<Auftrag>HW-000666</Auftrag>"})
    await client.aclose()
    await eventually(lambda: not bench.link.connections)
    assert [row["key"] for row in bench.strikes()] == ["HW-000123", None]


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
