"""A deployment in a box that takes all it can harms itself alone: it fails, in time, and nothing of it is left."""

import json
from pathlib import Path

import docker
import pytest

from simulator.keeper.record import MAX_LOG_SIZE
from tests import toys
from tests.integration.box.conftest import main

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("box-misdeeds")]


def boxes(state: Path) -> list[str]:
    """Names of the containers of one state folder's worlds."""
    client = docker.from_env()
    try:
        found = client.api.containers(all=True, filters={"label": "fdelab.role=box"})
    finally:
        client.close()
    return [thing["Names"][0] for thing in found if str(state) in thing["Labels"]["fdelab.world"]]


def misdeed(scenario: Path, what: str, folder: Path) -> toys.Sat:
    sat = toys.examine(scenario, main(f"misdeeds.start({what!r})"), "box", folder)
    assert (sat.code, sat.report.get("result")) == (1, "failed"), sat.told
    assert sat.ready is not None
    assert sat.seconds - sat.ready < 90
    assert boxes(folder / "state") == []
    return sat


def test_a_daemon_is_gone_before_its_service_lives_again(scenario: Path, tmp_path: Path) -> None:
    sat = misdeed(scenario, "relive", tmp_path)
    lives = [json.loads(line.removeprefix("TRIED "))["found"] for line in sat.lines() if line.startswith("TRIED ")]
    assert len(lives) >= 2
    assert lives == [{"old": [], "files": []}] * len(lives)
    assert {row["code"] for row in sat.run["restarts"]} == {7}


@pytest.mark.parametrize("what", ["balloon", "hidden_balloon"])
def test_more_memory_than_its_limit_ends_it_and_not_the_field(what: str, scenario: Path, tmp_path: Path) -> None:
    sat = misdeed(scenario, what, tmp_path)
    assert sat.run["restarts"] or what == "hidden_balloon", "a slow machine fills no memory in four seconds"
    assert all(row["out_of_memory"] for row in sat.run["restarts"]), sat.run["restarts"]


def test_processes_output_and_load_without_end(scenario: Path, tmp_path: Path) -> None:
    sat = misdeed(scenario, "bomb", tmp_path)
    assert sum(file.stat().st_size for file in sat.evidence.glob("logs.*")) < 8 * MAX_LOG_SIZE
    assert {row["outcome"] for row in sat.rows("requests")} <= {"error", "timeout"}, "what is ours was not exhausted"
    assert "\x1b" not in sat.told
