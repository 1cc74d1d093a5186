"""The systems of the smallest engagement under docker-compose: they come up, answer, and leave nothing behind."""

import json
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from labs.library.compose.services import Published
from simulator.runtime import images
from simulator.runtime.docker.engine import connect
from simulator.runtime.ports import Ports
from tests.toys import FDELAB

pytestmark = pytest.mark.docker


def program() -> list[str]:
    """Compose as it is here: Debian's own, or the engine's plug-in."""
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    plug_in = ["docker", "compose"]
    if (
        shutil.which("docker")
        and subprocess.run([*plug_in, "version"], capture_output=True, check=False).returncode == 0
    ):
        return plug_in
    pytest.skip("there is no docker-compose here")


@pytest.fixture
def up(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Address of each thing that is published, by name."""
    compose, folder, ports = program(), tmp_path / "new", Ports()
    said = subprocess.run(
        [FDELAB, "export", "compose", "first-day", folder, "--json"], capture_output=True, text=True, check=True
    )
    published = [Published(one["name"], one["variable"], ports.take()) for one in json.loads(said.stdout)["published"]]
    engine = connect()
    try:
        images.ensure(engine, {"site", "workbench"}, print)
    finally:
        engine.close()
    ports.release(one.port for one in published)
    chosen = {one.variable: str(one.port) for one in published}
    project = ["-p", f"fdelab-test-{uuid.uuid4().hex[:8]}"]

    def run(*words: str) -> None:
        done = subprocess.run(
            [*compose, *project, *words],
            cwd=folder,
            env={**os.environ, **chosen},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run("up", "-d")
        yield {one.name: f"http://127.0.0.1:{one.port}" for one in published}
    finally:
        run("down", "-v", "--remove-orphans")
        ports.close()


def test_the_site_answers_and_the_deployment_reaches_it(up: dict[str, str]) -> None:
    articles = httpx.get(f"{up['books']}/api/v1/articles").json()["data"]
    assert {"id", "name", "price"} <= articles[0].keys()
    assert httpx.get(up["clock"]).json()["rate"] == 1.0
    order = {"order_id": "O-1", "lines": [{"article": articles[0]["id"], "quantity": 2}]}
    assert asked(f"{up['shop']}/orders", order)["order_id"] == "O-1"


def asked(url: str, order: object) -> dict[str, Any]:
    """What the deployment answers, once it serves."""
    until = time.monotonic() + 30
    while True:
        try:
            answer = httpx.post(url, json=order, timeout=10)
        except httpx.TransportError:
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            found: dict[str, Any] = answer.raise_for_status().json()
            return found
