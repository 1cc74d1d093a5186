"""Engagements made of YAML alone, around each part: linted clean, and played for one lap on the local runtime."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from labs.library.catalogue import find
from tests.functional.labs.conftest import Run
from tests.unit.labs import little

APP = """
import os

import httpx
from fastapi import FastAPI, Request
from openai import AsyncOpenAI

app = FastAPI()
model = AsyncOpenAI(base_url=os.environ["LLM_URL"] + "/v1", api_key=os.environ["LLM_API_KEY"], max_retries=4)
crm = httpx.AsyncClient(base_url=os.environ["CRM_URL"] + "/api/v1")


@app.get("/health")
def health():
    return {}


@app.post("/orders")
async def order(request: Request):
    text = f"Order {(await request.json())['order_id']}: when does it arrive? Answer in JSON."
    answer = await model.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": text}], response_format={"type": "json_object"}
    )
    page = (await crm.get("/customers")).json()
    while page["next"]:
        page = (await crm.get(page["next"].removeprefix("/api/v1"))).json()
    return {"said": answer.choices[0].message.content}
"""

MODEL: dict[str, Any] = {
    "part": "llm",
    "with": {
        "read": {"order": r"(HW-\d+)"},
        "key": "order",
        "pace": {"first": {"median": "20ms", "p99": "60ms"}, "token": {"median": "1ms", "p99": "2ms"}},
        "rules": [{"name": "date", "when": {"user": "arrive"}, "json": {"order_id": "{order}", "date": "soon"}}],
        "flaws": [{"kind": "refuse", "share": "10%", "per": "input"}],
    },
}
CRM: dict[str, Any] = {
    "part": "rest-api",
    "with": {
        "resources": {"customers": {"data": "people", "order": "oldest"}},
        "paging": {"size": 20},
        "edits": {"customers": {"every": "1m sim"}},
        "latency": {"median": "2ms", "p99": "5ms"},
    },
}  # fmt: skip
PEOPLE = {
    "rows": 60,
    "columns": {"id": {"sequence": "C-{:03d}"}, "name": {"fake": "name"}, "since": {"time": {"spans": "10d"}}},
    "dirt": [{"missing": {"column": "name"}, "share": "20%"}],
}
STORM: dict[str, Any] = {
    "name": "storm",
    "lasts": "4s",
    "simulates": "32m",
    "faults": [{"link": "llm", "abort": 503, "share": "20%"}, {"link": "crm", "latency": "50ms", "share": "50%"}],
    "set": {
        "llm": {"quota": {"requests": 100_000}},
        "crm": {"contract": {"customers": {"rename": {"name": "full_name"}}}},
    },
}
CHECKS = {
    "asked": "select (count(*) > 40)::int from facts_llm_calls where finish = 'stop' and tokens_out > 0",
    "keyed": "select (count(*) = 0)::int from facts_llm_calls where key is null",
    "wrong": "select (avg(wrong::int) between 0.05 and 0.15)::int from facts_llm_calls where status = 200",
    "struck": "select (count(distinct link) = 2)::int from faults where link in (select link from attempts)",
    "paged": "select (count(*) > 40 and bool_or(skipped > 0))::int from facts_api_scans where complete",
    "dirty": "select (count(*) = 12)::int from corruptions",
    "edited": "select (count(*) > 10)::int from facts_api_edits",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A little engagement whose deployment uses the parts; each check is a question that one answers."""
    given = little.scenario()
    service = {"command": ["uvicorn", "main:app", "--host", "$HOST", "--port", "$PORT"], "uses": ["llm", "crm"]}
    checks = [{"id": name, "family": "reliability", "sql": question, "expect": "== 1", "says": "It is so"}
              for name, question in CHECKS.items()]  # fmt: skip
    folder = little.make(
        tmp_path / "parts",
        datasets={"people": PEOPLE},
        site=given["site"] | {"llm": MODEL, "crm": CRM},
        deployment={"services": {"api": service}, "editable": ["*.py"]},
        traffic={"orders": given["traffic"]["orders"] | {"to": "api", "timeout": "3s"}},
        phases=[{"name": "warm-up", "lasts": "1s", "simulates": "8m", "graded": False}, STORM],
        checks=checks,
    )
    (folder / "workspace" / "main.py").write_text(APP)
    return folder


def test_a_lap_with_the_parts_behind_bad_links(run: Run, folder: Path) -> None:
    assert find(str(folder), lint=True).folder == folder
    done = run("exam", folder, "--use", "untouched", "--runtime", "local", "--format", "json")
    report = json.loads(done.stdout)
    assert {check["id"]: check["verdict"] for check in report["checks"] if check["verdict"] != "pass"} == {}, (
        done.stderr
    )


def told(run: Run, folder: Path, *path: Any, value: Any) -> str:
    """What lint says once that value stands there."""
    file = folder / "scenario.yaml"
    before = file.read_text()
    scenario = yaml.safe_load(before)
    *steps, last = path
    place = scenario
    for step in steps:
        place = place[step]
    place[last] = value
    file.write_text(yaml.safe_dump(scenario))
    said = run("scenario", "lint", folder).stdout
    file.write_text(before)
    return said


def test_what_an_author_gets_wrong_is_told(run: Run, folder: Path) -> None:
    settings = ("site", "llm", "with")
    assert "did you mean 'user'" in told(run, folder, *settings, "rules", 0, "when", value={"usr": "arrive"})
    assert "takes wall time" in told(run, folder, *settings, "pace", "first", "p99", value="1m sim")
    assert "'claim' is no fact under read" in told(run, folder, "phases", 1, "set", value={"llm": {"key": "claim"}})
    contract: dict[str, Any] = {"crm": {"contract": {"custmers": {}}}}
    assert "there is no resource 'custmers'" in told(run, folder, "phases", 1, "set", value=contract)
    nobody = {"customers": {"data": "peple"}}
    assert "did you mean 'people'" in told(run, folder, "site", "crm", "with", "resources", value=nobody)
