"""An engagement made of YAML alone around a model registry and an event store: linted clean, and played for one lap."""

import json
from pathlib import Path
from typing import Any

import pytest

from labs.library.catalogue import find
from tests.functional.labs.conftest import Run
from tests.unit.labs import little

APP = """
import os

import httpx
from fastapi import FastAPI, Request

app = FastAPI()
token = {"Authorization": "Bearer " + os.environ["MODELS_TOKEN"]}
models = httpx.AsyncClient(base_url=os.environ["MODELS_URL"] + "/api/v1/models/eta", headers=token)
events = httpx.AsyncClient(base_url=os.environ["EVENTS_URL"] + "/v1/streams")
seen = {"cursor": 0, "labels": 0}


@app.get("/health")
def health():
    return {}


@app.post("/orders")
async def order(request: Request):
    key = (await request.json())["order_id"]
    version = (await models.get("/aliases/champion")).json()["version"]
    weights = (await models.get(f"/versions/{version}/artefacts/model.json")).json()
    event = {"order": key, "score": weights["mean"], "model": version, "role": "champion", "id": key}
    (await events.post("/predictions", json=event)).raise_for_status()
    page = (await events.get("/labels", params={"since": seen["cursor"]})).json()
    seen["cursor"] = page["next"]
    seen["labels"] += len(page["events"])
    if seen["labels"] > 20 and version == 2:
        await models.put("/aliases/champion", json={"version": 1, "expects": 2, "who": "app", "reason": "harm"})
    return {"said": weights["mean"]}
"""
LOANS = {
    "rows": 200,
    "columns": {
        "id": {"sequence": "L-{:03d}"},
        "at": {"time": {"spans": "30m"}},
        "bad": {"outcome": {"logistic": {"bias": 0}}},
        "known_at": {"later": {"than": "at", "from": "2m sim", "to": "10m sim"}},
    },
}
VERSIONS = [
    {"metrics": {"mae": 4.0}, "artefacts": {"model.json": "one.json"}},
    {"artefacts": {"model.json": "two.json"}},
]
MODELS: dict[str, Any] = {
    "part": "model-registry",
    "with": {
        "models": {"eta": {"versions": VERSIONS}},
        "aliases": {"eta": {"champion": 1}},
        "gates": {"champion": {"metrics": {"mae": {"most": 5}}}},
        "token": "s3",
    },
}
STREAMS = {
    "predictions": {"key": "order", "value": "score", "version": "model", "required": ["score"]},
    "labels": {"data": "loans", "time": "known_at", "fields": ["id", "bad"], "value": "bad"},
}
PHASES = [
    {"name": "calm", "lasts": "4s", "simulates": "32m"},
    {
        "name": "promoted",
        "lasts": "4s",
        "set": {"models": {"aliases": {"eta": {"champion": 2}}}},
        "faults": [{"link": "events", "latency": "20ms", "share": "50%"}],
    },
]
CHECKS = {
    "predicted": "select (count(*) > 40 and count(distinct version) = 2)::int from facts_events where value > 0",
    "promoted": "select (count(*) = 1)::int from facts_registry where event = 'alias' and customer and version = 2",
    "rolled-back": "select (count(*) = 1)::int from facts_registry where back and who = 'app' and result = 'ok'",
    "labels": "select (count(*) = 200 and count(*) filter (where came) > 150)::int from facts_labels",
    "read": "select (max(until) > 100)::int from facts_event_reads where stream = 'labels'",
    "served": "select (count(*) = 3)::int from facts_aliases where alias = 'champion'",
    "struck": "select (count(*) > 10)::int from faults where link in (select link from attempts)",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    given = little.scenario()
    service = {"command": ["uvicorn", "main:app", "--host", "$HOST", "--port", "$PORT"], "ready": "GET /health",
               "uses": ["models", "events"]}  # fmt: skip
    folder = little.make(
        tmp_path / "rollout",
        datasets={"loans": LOANS},
        site=given["site"] | {"models": MODELS, "events": {"part": "event-store", "with": {"streams": STREAMS}}},
        deployment={"services": {"api": service}, "editable": ["*.py"]},
        traffic={"orders": given["traffic"]["orders"] | {"to": "api", "timeout": "3s"}},
        phases=PHASES,
        checks=[{"id": name, "family": "model", "sql": question, "expect": "== 1", "says": "It is so"}
                for name, question in CHECKS.items()],
    )  # fmt: skip
    (folder / "workspace" / "main.py").write_text(APP)
    (folder / "site").mkdir()
    for name, mean in (("one", 0.5), ("two", 0.9)):
        (folder / "site" / f"{name}.json").write_text(json.dumps({"mean": mean}))
    return folder


def test_a_bad_version_is_promoted_and_rolled_back(run: Run, folder: Path) -> None:
    assert find(str(folder), lint=True).folder == folder
    done = run("exam", folder, "--use", "untouched", "--runtime", "local", "--format", "json")
    report = json.loads(done.stdout)
    assert {check["id"]: check["verdict"] for check in report["checks"] if check["verdict"] != "pass"} == {}, (
        done.stderr
    )


def test_an_artefact_that_is_not_there_is_told_once(run: Run, folder: Path) -> None:
    (folder / "site" / "two.json").unlink()
    said = run("scenario", "lint", folder).stdout
    assert said.count("there is no file 'two.json' in the scenario's folder site/") == 1
