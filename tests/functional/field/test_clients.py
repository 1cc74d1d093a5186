"""Real clients, guilty and innocent, go over a real link with faults; what is measured tells the two apart."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

from grader.context import GradingContext
from grader.measures import MEASURES
from simulator.clock import Span, Timeline
from simulator.evidence import windows
from simulator.evidence.reader import Evidence
from simulator.field.attempts import Log
from tests.functional.field.conftest import Bench, Web, eventually
from tests.unit.grader.laps import Lap

DAY = {"phases": [{"name": "day", "lasts": 60.0}]}
Behave = Callable[[httpx.AsyncClient], Awaitable[object]]


def waits(seconds: float) -> httpx.Timeout:
    """So long for an answer; how long the machine takes for a connection is another matter."""
    return httpx.Timeout(30, read=seconds)


class Scene:
    """A link whose lap is recorded, and the measures taken of it in the end."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench = bench
        self.folder = folder
        self.web = Web()

    async def open(self, key: str | None = None) -> None:
        await self.bench.open("http", self.web, key)
        self.bench.link.record(Log("erp", self.bench.clock, self.bench.recorder))

    @property
    def url(self) -> str:
        return "http://{}:{}".format(*self.bench.link.address)

    async def plays(self, behave: Behave, patience: float = 30.0) -> None:
        """What a client does that waits so many seconds for an answer, until the link has seen the last of it."""
        async with httpx.AsyncClient(base_url=self.url, timeout=waits(patience)) as client:
            await behave(client)
        await eventually(lambda: not self.bench.link.connections)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What was recorded; the lap is over with it."""
        self.bench.link.record(None)
        self.bench.recorder.close()
        file = self.folder / f"{table}.field.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def measure(self, name: str, requests: Lap | None = None, **params: Any) -> float:
        """The measure's value over all that was recorded, and over the requests that the client served with it."""
        lap = requests or Lap(scenario=DAY).request(59.0)
        lap.rows |= {table: self.rows(table) for table in ("attempts", "connections")}
        lap.rows |= {"faults": self.bench.strikes()}
        span = Span("day", 0.0, 60.0, datetime(2026, 3, 2), 1.0, graded=True, shift=False)
        lap.run["timeline"] = Timeline((span,)).to_json()
        with Evidence(lap.write(self.folder)) as evidence:
            run = evidence.runs[0]
            case = GradingContext(evidence, windows.exam(run), run.scenario)
            kind = MEASURES[name]
            given = kind.params.model_validate({"link": "erp"} | params)
            value = kind.take(case.narrow(kind.reads(evidence, given), None), given).value
        assert value is not None
        return value


@pytest.fixture
async def scene(bench: Bench, tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(bench, tmp_path)
    yield made
    bench.link.record(None)


async def until_it_works(client: httpx.AsyncClient, wait: Callable[[int, httpx.Response | None], float]) -> None:
    """GET until it is answered well; `wait` says how long before each further try, below zero: give up."""
    for tries in range(8):
        try:
            answer = await client.get("/stock")
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.is_success:
            return
        pause = wait(tries, answer)
        if pause < 0:
            return
        await asyncio.sleep(pause)


async def test_attempts_are_recorded_as_the_client_saw_them(scene: Scene) -> None:
    await scene.open()
    now = scene.bench.clock.at
    asked = 0.0

    async def behave(client: httpx.AsyncClient) -> None:
        nonlocal asked
        await client.get("/a?x=1")
        await client.post("/a", content=b"1", headers={"Idempotency-Key": "k"})
        await client.post("/a", content=b"2", headers={"SOAPAction": '"urn:x#Write"'})
        scene.bench.arm({"throttle": {"retry_after": "3s"}})
        await client.post("/a", content=b"2")
        scene.bench.arm({"truncate": "50%"})
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/a")
        scene.bench.arm({"refuse": None})
        with pytest.raises(httpx.TransportError):
            await client.get("/a")
        scene.bench.arm({"timeout": None})
        asked = now()
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/a", timeout=waits(0.2))

    await scene.plays(behave)
    rows = scene.rows("attempts")
    assert [(row["method"], row["status"], row["result"]) for row in rows] == [
        ("GET", 200, "answered"),
        ("POST", 200, "answered"),
        ("POST", 200, "answered"),
        ("POST", 429, "answered"),
        ("GET", 200, "broken"),
        (None, None, "refused"),
        ("GET", None, "left"),
    ]
    assert [row["guarded"] for row in rows[:3]] == [False, True, False]
    assert [row["action"] for row in rows[:3]] == [None, None, "urn:x#Write"]
    assert [row["retry_after"] for row in rows[2:4]] == [None, 3.0]
    assert len({row["operation"] for row in rows[:3]}) == 3
    assert rows[2]["operation"] == rows[3]["operation"]
    assert all(row["ended_at"] >= row["at"] >= 0 for row in rows)
    assert rows[-1]["ended_at"] - asked >= 0.19
    assert all(row["closed_at"] >= row["used_at"] >= row["at"] for row in scene.rows("connections"))


async def test_the_business_key_names_the_operation(scene: Scene) -> None:
    await scene.open(key=r"order=(\w+)")

    async def behave(client: httpx.AsyncClient) -> None:
        await client.post("/a", content=b"order=7 token=1")
        scene.bench.arm({"abort": 503})
        await client.post("/a", content=b"order=7 token=2")

    await scene.plays(behave)
    first, second = scene.rows("attempts")
    assert (first["key"], second["key"]) == ("7", "7")
    assert first["operation"] == second["operation"]


async def test_nothing_is_recorded_between_laps(scene: Scene) -> None:
    await scene.open()
    scene.bench.link.record(None)
    await scene.plays(lambda client: client.get("/a"))
    assert scene.rows("attempts") == scene.rows("connections") == []


@pytest.mark.parametrize("guilty", [True, False])
async def test_storms(scene: Scene, guilty: bool) -> None:
    await scene.open()
    scene.bench.arm({"abort": 503})
    await scene.plays(lambda client: until_it_works(client, lambda n, _a: 0.05 if guilty or n < 1 else -1))
    assert scene.measure("retry-storm") == (8.0 if guilty else 2.0)


@pytest.mark.parametrize("guilty", [True, False])
async def test_backoff(scene: Scene, guilty: bool) -> None:
    await scene.open()
    scene.bench.arm({"reset": None, "first": 6 if guilty else 2})
    wait = (lambda _n, _a: 0.0) if guilty else (lambda n, _a: 0.2 * 2**n)
    await scene.plays(lambda client: until_it_works(client, wait))
    assert (scene.measure("no-backoff") > 0) is guilty  # one of six comes at once, however busy the machine


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("guilty", [True, False])
async def test_retry_after(scene: Scene, guilty: bool, form: str) -> None:
    await scene.open()
    scene.bench.arm({"throttle": {"retry_after": "60s" if guilty else "1s", "form": form}, "first": 1})
    await scene.plays(lambda client: until_it_works(client, lambda _n, _a: 0.2 if guilty else 1.1))
    assert scene.measure("retry-after-ignored") == (1.0 if guilty else 0.0)


@pytest.mark.parametrize("guilty", [True, False])
async def test_writes(scene: Scene, guilty: bool) -> None:
    await scene.open()
    scene.bench.arm({"timeout": {"on": "response"}})
    headers = {} if guilty else {"Idempotency-Key": "order-7"}

    async def behave(client: httpx.AsyncClient) -> None:
        for _ in range(2):
            try:
                await client.post("/orders", content=b"7", headers=headers, timeout=waits(0.1))
            except httpx.ReadTimeout:
                continue

    await scene.plays(behave)
    assert scene.measure("write-repeated") == (1 if guilty else 0)


@pytest.mark.parametrize("guilty", [True, False])
async def test_refused_for_good(scene: Scene, guilty: bool) -> None:
    await scene.open()
    scene.bench.arm({"abort": 422})
    await scene.plays(lambda client: until_it_works(client, lambda n, _a: 0.01 if guilty and n < 3 else -1))
    assert scene.measure("non-retryable-retried") == (0.75 if guilty else 0.0)


@pytest.mark.parametrize("guilty", [True, False])
async def test_time_outs(scene: Scene, guilty: bool) -> None:
    await scene.open()
    scene.bench.arm({"timeout": {"after": "900ms" if guilty else "1h"}})
    await scene.plays(lambda client: until_it_works(client, lambda _n, _a: -1), patience=30.0 if guilty else 0.2)
    waited = scene.measure("no-timeout")
    assert waited > 0.8 if guilty else waited < 3600, "it left before it was let go"


@pytest.mark.parametrize("guilty", [True, False])
async def test_leaks(scene: Scene, guilty: bool) -> None:
    await scene.open()
    sessions = [aiohttp.ClientSession() for _ in range(20 if guilty else 1)]
    for n in range(20):
        async with sessions[n % len(sessions)].get(f"{scene.url}/a") as answer:
            await answer.read()
    assert scene.measure("connection-leak") == (20 if guilty else 1)
    for session in sessions:
        await session.close()


async def items(client: httpx.AsyncClient, path: str, careless: bool) -> int | None:
    """How many items the customer's system lists there; None: it did not say all. Who is careless counts what came."""
    got = b""
    try:
        async with client.stream("POST", path, content=b"item\n" * 10) as answer:
            async for part in answer.aiter_raw():
                got += part
    except httpx.RemoteProtocolError:
        if not careless:
            return None
    return got.count(b"item")


@pytest.mark.parametrize("kind", ["truncate", "misframe"])
@pytest.mark.parametrize("guilty", [True, False])
async def test_halves_of_answers(scene: Scene, guilty: bool, kind: str) -> None:
    await scene.open(key=r"/stock/(HW-\d+)")
    scene.bench.arm({kind: None, "every": 2})
    served, now = Lap(scenario=DAY), scene.bench.clock.at

    async def behave(client: httpx.AsyncClient) -> None:
        for number in range(20):
            at, told = now(), None
            while told is None:
                told = await items(client, f"/stock/HW-{number:06}", careless=guilty)
            served.request(at, "ok" if told == 10 else "wrong", took=now() - at)

    await scene.plays(behave)
    assert scene.measure("truncation-accepted", served, kind=kind) == (1.0 if guilty else 0.0)
    assert len(served.rows["faults"]) >= 10


@pytest.mark.parametrize("client", ["relentless", "breaker", "stuck"])
async def test_circuits(scene: Scene, client: str) -> None:
    await scene.open()
    scene.bench.arm({"abort": 503})
    now = asyncio.get_running_loop().time
    probe = {"relentless": 0.0, "breaker": 0.3, "stuck": 60.0}[client]

    async def behave(http: httpx.AsyncClient) -> None:
        failed, opened, ends = 0, 0.0, float("inf")
        while now() < ends:
            if failed < 5 or now() > opened + probe:
                failed = 0 if (await http.get("/stock")).is_success else failed + 1
                opened = now()
            if failed == 5:
                ends = min(ends, now() + 1.6)
            if now() > ends - 0.8:
                scene.bench.arm()
            await asyncio.sleep(min(probe, 0.02))

    await scene.plays(behave)
    if client == "stuck":
        assert scene.measure("circuit-never-closed") > 30
    else:
        assert (scene.measure("circuit-never-opened") > 6) is (client == "relentless")
