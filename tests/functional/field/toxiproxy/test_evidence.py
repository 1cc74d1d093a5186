"""What a hand on the links leaves: strikes, a word to the keeper, and nothing in an exam."""

import json
from typing import Any

import httpx
from fastapi import FastAPI

from simulator.clock import Clock, Timeline
from simulator.field.toxiproxy.api import app
from simulator.field.toxiproxy.proxies import Proxies
from tests.functional.field.test_process import World, _wait


class Nowhere:
    """A recorder that nothing should be written to."""

    def write(self, table: str, row: dict[str, Any]) -> None:
        raise AssertionError(table)


def test_strikes_of_toxics_are_evidence_joined_to_requests(world: World, api: httpx.Client) -> None:
    body = {"type": "latency", "name": "mine", "attributes": {"latency": 100}}
    assert api.post("/proxies/api/toxics", json=body).status_code == 200
    _wait(lambda: any(row["detail"] == "toxic mine" for row in world.rows("faults")))
    api.delete("/proxies/api/toxics/mine")
    rows = [row for row in world.rows("faults") if row["detail"] == "toxic mine"]
    assert {(row["link"], row["kind"]) for row in rows} == {("api", "latency")}
    assert any(row["request"] for row in rows)
    assert all(row["at"] > 0 for row in rows)


def test_a_hand_on_the_links_is_told_to_the_keeper(world: World, api: httpx.Client) -> None:
    api.post("/proxies", json={"name": "x", "upstream": "127.0.0.1:1"})
    api.post("/proxies/x/toxics", json={"type": "latency"})  # on a link that is none of the world's
    api.post("/proxies/erp/toxics", json={"type": "latency"})
    api.post("/proxies/erp", json={"enabled": False})
    api.post("/reset")
    with world.field.stream("GET", "/events") as lines:
        seen: list[int] = []
        for line in lines.iter_lines():
            event: dict[str, Any] = json.loads(line) if line else {"kind": "heartbeat"}
            if event["kind"] == "toxics":
                seen.append(event["active"])
            if line and seen[-3:] == [1, 2, 0]:
                break
            assert line, f"no 1, 2, 0 in {seen}"


async def test_an_exam_is_left_alone() -> None:
    proxies = Proxies({}, Clock(Timeline(()), 0.0), Nowhere(), lambda: 0, lambda: None)
    control = FastAPI()
    control.mount("/toxiproxy/{key}", app(proxies, "key", practice=False))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(control), base_url="http://field/toxiproxy/key") as api:
        for method, path in (("GET", "/proxies"), ("POST", "/reset"), ("GET", "/version"), ("POST", "/populate")):
            answer = await api.request(method, path)
            assert (answer.status_code, answer.json()["status"]) == (403, 403)
