"""Engagements made of YAML alone, around each part: linted clean, and played for one lap on the local runtime."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.functional.labs.conftest import Run
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("worlds")

ASKS_A_MODEL = """
import os

from fastapi import FastAPI, Request
from openai import AsyncOpenAI

app = FastAPI()
model = AsyncOpenAI(base_url=os.environ["LLM_URL"] + "/v1", api_key="sk-any", max_retries=4)


@app.get("/health")
def health():
    return {}


@app.post("/orders")
async def order(request: Request):
    text = f"Order {(await request.json())['order_id']}: when does it arrive? Answer in JSON."
    answer = await model.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": text}], response_format={"type": "json_object"}
    )
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


def engagement(folder: Path, name: str, part: dict[str, Any], app: str, phase: dict[str, Any], **sql: str) -> Path:
    """A little scenario whose deployment is `app`, which uses the one part `name`; each check is a question."""
    given = little.scenario()
    service = {"command": ["uvicorn", "main:app", "--host", "$HOST", "--port", "$PORT"], "uses": [name]}
    deployment = {"services": {"api": service}, "editable": ["*.py"]}
    flow = given["traffic"]["orders"] | {"to": "api", "timeout": "3s"}
    phases = [{"name": "warm-up", "lasts": "1s", "simulates": "8m", "graded": False},
              {"name": "storm", "lasts": "4s", "simulates": "32m"} | phase]  # fmt: skip
    checks = [{"id": id_, "family": "reliability", "sql": question, "expect": "== 1", "says": "It is so"}
              for id_, question in sql.items()]  # fmt: skip
    little.make(
        folder, site=given["site"] | {name: part}, deployment=deployment, traffic={"orders": flow}, phases=phases,
        checks=checks,
    )  # fmt: skip
    (folder / "workspace" / "main.py").write_text(app)
    return folder


def play(run: Run, folder: Path, out: Path) -> dict[str, Any]:
    """The report of a lap, after the scenario was linted clean."""
    assert run("scenario", "lint", folder).stdout == f"{folder}/scenario.yaml: no problems\n"
    done = run("exam", folder, "--use", "untouched", "--runtime", "local", "--out", out, "--format", "json")
    report: dict[str, Any] = json.loads(done.stdout)
    assert {check["id"]: check["verdict"] for check in report["checks"] if check["verdict"] != "pass"} == {}, (
        done.stderr
    )
    return report


def test_a_model_behind_a_bad_link(run: Run, tmp_path: Path) -> None:
    folder = engagement(
        tmp_path / "model", "llm", MODEL, ASKS_A_MODEL,
        {"faults": [{"link": "llm", "abort": 503, "share": "20%"}], "set": {"llm": {"quota": {"requests": 100_000}}}},
        asked="select (count(*) > 40)::int from facts_llm_calls where finish = 'stop' and tokens_out > 0",
        keyed="select (count(*) = 0)::int from facts_llm_calls where key is null",
        struck="select (count(*) > 5)::int from faults where link = 'llm'",
        wrong="select (count(*) between 0.05 * (select count(*) from facts_llm_calls) "
              "and 0.15 * (select count(*) from facts_llm_calls))::int from facts_llm_calls where wrong",
    )  # fmt: skip
    play(run, folder, tmp_path / "out")


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


def test_what_an_author_gets_wrong_is_told(run: Run, tmp_path: Path) -> None:
    folder = engagement(tmp_path / "model", "llm", MODEL, ASKS_A_MODEL, {}, any="select 1")
    settings = ("site", "llm", "with")
    assert "did you mean 'user'" in told(run, folder, *settings, "rules", 0, "when", value={"usr": "arrive"})
    assert "takes wall time" in told(run, folder, *settings, "pace", "first", "p99", value="1m sim")
    assert "'claim' is no fact under read" in told(run, folder, "phases", 1, "set", value={"llm": {"key": "claim"}})
