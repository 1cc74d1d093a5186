"""Business keys behind the deployment: whatever comes of one key has one fate, and strikes name it."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from simulator.parts import PARTS
from tests.functional.field.conftest import Bench, Web, eventually, request, response
from tests.functional.field.targets import Client, Site

SCRIPT = {"read": {"order": r"Order (HX-\d+) is"}, "key": "order", "rules": [{"name": "any", "says": "Hello"}]}
ORDERS = {"resources": {"orders": {"records": [{"id": "HX-1"}]}}}
Send = Callable[[httpx.AsyncClient, int, int], Any]


def key(part: str, given: dict[str, Any]) -> str:
    kind = PARTS[part]
    pattern = kind.key(kind.params.model_validate(given))
    assert pattern is not None
    return pattern


def asks(client: httpx.AsyncClient, number: int, tries: int) -> Any:
    """A model is asked about an order, in other words each time."""
    text = "please " * (1 + tries) + f"Order HX-{number:06} is late"
    return client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": text}]})


def looks(client: httpx.AsyncClient, number: int, tries: int) -> Any:
    return client.get(f"/api/v1/orders/HX-{number:06}", params={"try": tries})


def creates(client: httpx.AsyncClient, number: int, tries: int) -> Any:
    return client.post("/api/v1/orders", json={"sent": tries, "id": f"HX-{number:06}"})


@pytest.mark.parametrize(
    ("part", "given", "send"),
    [("llm", SCRIPT, asks), ("rest-api", ORDERS, looks), ("rest-api", ORDERS, creates)],
)
async def test_a_retry_has_the_fate_of_the_first_try(
    bench: Bench, part: str, given: dict[str, Any], send: Send
) -> None:
    web = Web()
    await bench.open("http", web, key(part, given))
    bench.arm({"abort": 503, "share": "25%"})
    fates: dict[int, set[int]] = {}
    async with httpx.AsyncClient(base_url="http://{}:{}".format(*bench.link.address), timeout=30) as client:
        for tries, numbers in enumerate((range(40), range(39, -1, -1), range(0, 40, 3))):
            for number in numbers:
                fates.setdefault(number, set()).add((await send(client, number, tries)).status_code)
    struck = {number for number, seen in fates.items() if seen == {503}}
    assert len(struck) == 10
    assert all(len(seen) == 1 for seen in fates.values())
    assert len(web.seen) == sum(number not in struck for number in [*range(40), *range(40), *range(0, 40, 3)])
    assert {row["key"] for row in bench.strikes()} == {f"HX-{number:06}" for number in struck}


async def test_what_waits_for_its_key_passes_whole_and_in_order(bench: Bench) -> None:
    web = Web()
    await bench.open("http", web, r"order=(\d+)")
    bench.arm({"abort": 503, "share": "50%", "where": {"path": "/none"}})
    reader, writer = await bench.dial()
    long = b"x" * 200_000
    sent = [request("/a", b"say=1 order=7"), request("/b", long), request("/c", b"no key"), request("/d")]
    data = b"".join(sent)
    for start in range(0, len(data), 7_001):
        writer.write(data[start : start + 7_001])
        await asyncio.sleep(0)
    bodies = [await response(reader) for _ in sent]
    assert bodies == [(200, b"/asay=1 order=7"), (200, b"/b" + long), (200, b"/cno key"), (200, b"/d")]


async def test_what_waits_goes_on_when_the_fault_is_over(bench: Bench) -> None:
    web = Web()
    await bench.open("http", web, r"order=(\d+)")
    bench.arm({"abort": 503, "share": "50%"})
    reader, writer = await bench.dial()
    whole = request("/a", b"say=1 order=7")
    writer.write(whole[:-9])
    await asyncio.sleep(0.1)
    bench.arm()
    writer.write(whole[-9:])
    assert await response(reader) == (200, b"/asay=1 order=7")


async def test_what_waits_passes_as_far_as_it_came_when_its_client_is_done(bench: Bench) -> None:
    got = bytearray()

    async def takes(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        got.extend(await reader.read(-1))

    await bench.open("http", takes, r"order=(\d+)")
    bench.arm({"abort": 503, "share": "50%", "where": {"path": "/none"}})
    _, writer = await bench.dial()
    unfinished = request("/a", b"say=1 order=7")[:-9]
    writer.write(unfinished)
    writer.write_eof()
    await eventually(lambda: bytes(got) == unfinished)


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
    client.timeout = httpx.Timeout(30, read=0.3)
    for content in (call.format("<h:Auftrag>HW-000123</h:Auftrag>"), call.format("")):
        with contextlib.suppress(httpx.HTTPError):
            await client.post("/erp", content=content, headers={"X-Key": "<Auftrag>HW-000666</Auftrag>"})
    await client.aclose()
    await eventually(lambda: not bench.link.connections)
    assert [row["key"] for row in bench.strikes()] == ["HW-000123", None]
