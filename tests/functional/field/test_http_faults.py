"""What each fault on HTTP does to real clients and to a real target, through a real link."""

import asyncio
import email.utils
import json
import time

import aiohttp
import httpx
import pytest

from tests.functional.field.conftest import Bench, eventually, request, response
from tests.functional.field.targets import FRAMINGS, ORDER, Client, Site


async def test_throttle_says_when_to_come_again(bench: Bench, http: Client) -> None:
    site = Site()
    await bench.open("http", site)
    headers = ["x-ratelimit", "ratelimit"]
    bench.arm({"throttle": {"retry_after": "1500ms", "headers": headers, "limit": 2, "window": "60s"}})
    client = http()
    answers = [await client.get("/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    said = answers[2].headers
    assert said["retry-after"] == said["x-ratelimit-reset"] == "2"
    assert (said["x-ratelimit-limit"], said["x-ratelimit-remaining"]) == ("2", "0")
    assert (said["ratelimit-policy"], said["ratelimit"]) == ('"default";q=2;w=60', '"default";r=0;t=2')
    assert len(site.heads) == 2
    bench.arm({"throttle": {"limit": 1, "window": "500ms"}})
    while (await client.get("/")).status_code == 200:  # until two come within one window
        pass
    refused = 3
    while (await client.get("/")).status_code == 429:  # until another window begins
        refused += 1
        await asyncio.sleep(0.05)
    assert [row["effect"] for row in bench.strikes()] == ["answered 429"] * refused


async def test_throttle_may_say_it_as_a_date(bench: Bench, http: Client) -> None:
    await bench.open("http", Site())
    bench.arm({"throttle": {"retry_after": "30s", "form": "date", "headers": []}, "share": "50%"})
    client = http()
    began = time.time()
    answers = [await client.get("/") for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 4
    until = email.utils.parsedate_to_datetime(refused[0].headers["retry-after"]).timestamp()
    assert began + 29 < until < time.time() + 31
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
    bench.arm({"stale": {"key": "path", "life": "60s"}})
    client = http()
    first, second = await client.get("/stock?of=A"), await client.get("/stock?of=B")
    assert (first.content, second.content, second.headers["etag"]) == (b"1", b"1", "1")
    assert 0 <= int(second.headers["age"]) < 60
    bench.arm({"stale": {"key": "path", "life": "300ms"}})
    assert (await client.get("/stock?of=B")).content == b"2"
    while (again := (await client.get("/stock?of=B")).content) == b"2":  # until its life is over
        pass
    assert again == b"3"


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
    began = time.monotonic()
    got = await client.post("/orders", content=b"x" * 50_000)
    assert got.content == (b"1" if answer == "first" else b"2")
    await eventually(lambda: len(site.bodies) == 2)
    assert site.bodies[0] == site.bodies[1] == b"x" * 50_000
    assert site.heads[0] == site.heads[1]
    assert site.at[1] - began >= 0.6
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
