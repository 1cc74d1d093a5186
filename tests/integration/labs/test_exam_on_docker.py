"""Exams in containers, as a person or CI runs them."""

import asyncio
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.functional.labs.conftest import FDELAB
from tests.integration.sitting import sitting
from tests.integration.wire import Wire
from tests.unit.labs import little

pytestmark = pytest.mark.docker


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"FDELAB_STATE": str(tmp_path / "state")}


def exam(folder: Path, *more: str) -> list[str]:
    return [str(FDELAB), "exam", str(folder), "--use", "reference", "--seed", "5", "--format", "json", *more]


def left(state: Path) -> list[str]:
    """Names of the containers and networks of the worlds of one state folder."""
    client = docker.from_env()
    try:
        found = [
            *client.api.containers(all=True, filters={"label": "fdelab.world"}),
            *client.api.networks(filters={"label": "fdelab.world"}),
        ]
    finally:
        client.close()
    return [thing["Id"] for thing in found if str(state) in thing["Labels"]["fdelab.world"]]


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {check["id"]: check["verdict"] for check in report["checks"]}


def test_docker_and_local_come_to_the_same_verdicts(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = little.make(tmp_path / "little")
    reports = {}
    for runtime in ("docker", "local"):
        argv = exam(folder, "--runtime", runtime, "--trust-submission")
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=300)
        reports[runtime] = json.loads(done.stdout)
    assert reports["docker"]["runtime"] == "docker"
    assert verdicts(reports["docker"]) == verdicts(reports["local"])
    assert verdicts(reports["docker"])["dates-hold"] == "pass"
    assert left(tmp_path / "state") == []


def test_files_a_database_and_a_queue_work_in_containers(tmp_path: Path, environment: dict[str, str]) -> None:
    argv = exam(Path(__file__).parents[2] / "functional/labs/three_stores", "--runtime", "docker", "--use", "reference")
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=300)
    found = verdicts(json.loads(done.stdout))
    assert found == dict.fromkeys(found, "pass"), done.stderr
    assert left(tmp_path / "state") == []


async def test_an_engine_that_dies_in_an_exam_is_ours_and_gc_sweeps_up(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = little.make(tmp_path / "little")
    async with (
        asyncio.timeout(300),
        Wire(tmp_path / "docker.sock") as wire,
        sitting(
            exam(folder, "--runtime", "docker"), environment | {"DOCKER_HOST": f"unix://{wire.path}"}, tmp_path
        ) as running,
    ):
        await running.until("morning")
        await wire.cut()
        assert await running.end() == 3, running.told
    assert "Traceback" not in running.told
    swept = await asyncio.to_thread(
        subprocess.run, [str(FDELAB), "gc"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert swept.returncode == 0, swept.stderr
    assert left(tmp_path / "state") == []
