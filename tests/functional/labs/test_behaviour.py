"""An exam in which how a deployment behaves as a client shows, where what it answers does not."""

from pathlib import Path

import pytest

from tests import toys
from tests.unit.labs import little

PHASES = [
    {"name": "warm-up", "lasts": "1s", "simulates": "8m", "graded": False},
    {"name": "gateway", "lasts": "3s", "simulates": "23m", "faults": [{"link": "erp", "abort": 503, "share": "40%"}]},
]
CHECKS = [
    {"id": "answers", "family": "reliability", "measure": "availability", "with": {"stream": "orders"},
     "expect": ">= 95 %", "says": "Every order gets an answer"},
    {"id": "patient", "family": "reliability", "gate": True, "measure": "no-backoff", "with": {"link": "erp"},
     "expect": "<= 10 %", "needs": ["answers"], "says": "We do not hammer the gateway while it is in trouble"},
]  # fmt: skip

CODE = '''
import asyncio
import os

import httpx

erp = httpx.AsyncClient(base_url=os.environ["ERP_URL"])


async def app(scope, receive, send):
    """Asks the ERP for its WSDL until it gets it, and answers with nothing readable."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        wait = WAIT
        while scope["path"] != "/health" and (await erp.get(f"/?wsdl&order={id(scope)}")).status_code != 200:
            await asyncio.sleep(wait)
            wait *= 2
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})
'''


@pytest.mark.parametrize(("wait", "patient"), [("0.0", "fail"), ("0.15", "pass")])
def test_retrying_at_once_answers_everybody_and_fails_all_the_same(tmp_path: Path, wait: str, patient: str) -> None:
    scenario = little.endure(toys.scenario(tmp_path / "toy", phases=PHASES, checks=CHECKS))
    sat = toys.examine(scenario, {"app/main.py": CODE.replace("WAIT", wait)}, "local", tmp_path, CI="")
    verdicts = {check["id"]: check["verdict"] for check in sat.report["checks"]}
    assert (verdicts["answers"], verdicts["patient"]) == ("pass", patient), (sat.told, sat.lines())
    assert sat.code == (1 if patient == "fail" else 0)
    attempts = sat.rows("attempts")
    assert {row["status"] for row in attempts} == {200, 503}
    assert {row["link"] for row in attempts} == {"erp"}
