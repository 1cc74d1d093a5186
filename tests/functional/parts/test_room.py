"""A part on HTTP serves only as many requests at once as there is memory for, whatever is in them."""

import asyncio
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import aiohttp
import orjson
import pytest

from simulator.clock import Clock, Span, Timeline
from simulator.evidence.recorder import Recorder
from simulator.parts import PARTS, web
from simulator.parts.base import Lap

BODY = b'{"chat": "C-1", "transcript": "' + b"x" * 60_000 + b'"}'


async def statuses(folder: Path, bodies: list[bytes]) -> Counter[int]:
    kind = PARTS["service-desk"]
    part = kind.make("desk", kind.params.model_validate({"latency": {"median": "1s", "p99": "1100ms"}}))
    spans = tuple(Span(name, 0.0, 60.0, datetime(2026, 3, 2), 60.0, True, False) for name in ("all", "drain"))
    await part.start(str(folder / "desk.sock"), 0)
    with Recorder(folder, "site") as recorder:
        await part.begin(Lap(7, Clock(Timeline(spans), time.monotonic()), recorder))
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(folder / "desk.sock"))) as client:

            async def post(body: bytes) -> int:
                async with client.post("http://desk/handovers", data=body) as answer:
                    return answer.status

            found = Counter(await asyncio.gather(*map(post, bodies)))
        await part.settle()
    await part.stop()
    return found


def test_more_than_fits_at_once_is_refused_and_the_evidence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = PARTS["service-desk"].make("desk", PARTS["service-desk"].params())
    assert isinstance(desk, web.WebPart)
    monkeypatch.setattr(web, "ROOM", 2 * desk.bounds.cost(len(BODY)))
    assert asyncio.run(statuses(tmp_path, [BODY] * 5)) == {201: 2, 503: 3}
    rows = [orjson.loads(line) for line in (tmp_path / "calls.site.jsonl").read_bytes().splitlines()]
    assert Counter(row["result"] for row in rows) == {"incomplete": 2, "full": 3}


def test_what_is_served_makes_room_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "ROOM", 10**6)
    small = b'{"chat": "C-1"}'
    assert asyncio.run(statuses(tmp_path, [small] * 50)) == {201: 50}
