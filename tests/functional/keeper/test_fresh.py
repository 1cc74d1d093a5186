"""What a lap finds is fresh: the deployment of the lap before is gone before the site is made new."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios import loader
from tests.functional.keeper.conftest import LiveWorld
from tests.unit.labs import little

WRITER = '''
import os
import threading
import time

import psycopg
from fastapi import FastAPI

app = FastAPI()


def mark():
    """Writes who it is into the database, as often as it can, and makes its table where there is none."""
    while True:
        try:
            with psycopg.connect(os.environ["DB_URL"], autocommit=True, connect_timeout=2) as db:
                db.execute("create table if not exists marks (pid int)")
                while True:
                    db.execute("insert into marks values (%s)", [os.getpid()])
        except psycopg.Error:
            time.sleep(0.001)


@app.on_event("startup")
def begin():
    threading.Thread(target=mark, daemon=True).start()


@app.get("/health")
def health():
    return {}
'''


@pytest.fixture
def writing(tmp_path: Path) -> Any:
    """A scenario with a database and one service."""
    probes = {"writers": "select count(distinct pid) from marks"}
    db = {"part": "postgres", "with": {"access": "create", "probes": probes}}
    folder = little.make(
        tmp_path / "writing",
        site=little.scenario()["site"] | {"db": db},
        deployment={
            "services": {
                "promise-api": {
                    "command": ["uvicorn", "app.main:app", "--host", "$HOST", "--port", "$PORT"],
                    "ready": "GET /health",
                    "uses": ["db"],
                }
            },
            "editable": ["app/**"],
        },
        phases=[{"name": "morning", "lasts": "1s", "simulates": "8m"}],
    )
    return loader.load(folder)


def test_no_deployment_writes_to_the_database_of_the_next_lap(world: Callable[..., LiveWorld], writing: Any) -> None:
    live = world(laps=3, scenario=writing, edit=lambda folder: (folder / "app/main.py").write_text(WRITER))
    live.process.wait(timeout=120)
    for lap in (1, 2, 3):
        assert live.run(lap)["finished"], live.log()
        (line,) = (live.files.lap(lap) / "probes.site-db.jsonl").read_text("utf-8").splitlines()
        assert json.loads(line)["value"] == 1.0, f"lap {lap}"
