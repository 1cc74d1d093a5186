"""Without an engine, root in a plain container, as CI and Gradescope have it: that container is the box.

The same attempts fail there; what the container does not seal is in the report.
"""

import json
import shutil
import site
import sys
from pathlib import Path
from typing import Any

import docker
import pytest

from simulator.runtime.docker.engine import Engine, connect
from simulator.runtime.images import base
from tests import toys
from tests.integration.box.conftest import SEED, main, told

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("box-here")]

ROOT = Path(__file__).parents[3]
EXAM = (
    "import sys; from labs.cli import main; sys.exit(main(["
    "'exam', '/exam/toy', '--workspace', '/exam/workspace', '--runtime', 'box', '--out', '/exam/evidence', "
    "'--format', 'json']))"
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return connect()


@pytest.fixture(scope="module")
def libraries(engine: Engine) -> str:
    """Where Python of the base image looks for packages; it must be of our version to take ours."""
    code = "import site, sys; print(sys.version_info[:2] , site.getsitepackages()[0], sep=';')"
    client = docker.from_env()
    try:
        told = client.containers.run(
            base.present(engine) or "", ["python3", "-c", code], remove=True, network_mode="none"
        )
    finally:
        client.close()
    version, place = told.decode().strip().split(";")
    if version != str(sys.version_info[:2]):
        pytest.skip(f"the base image has Python {version}")
    return str(place)


@pytest.fixture(scope="module")
def here(engine: Engine, libraries: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Code, report and attempts of an exam in a container that knows no engine."""
    work = tmp_path_factory.mktemp("here")
    for name in ("labs", "grader", "simulator", "scenarios", "curriculum"):
        shutil.copytree(ROOT / name, work / "fdelab" / name, ignore=shutil.ignore_patterns("__pycache__"))
    toys.scenario(work / "toy")
    toys.deployment(work / "workspace", main("intruder.start()"))
    client = docker.from_env()
    try:
        ran = client.containers.create(
            base.present(engine) or "", ["python3", "-c", EXAM], working_dir="/exam",
            environment={"PYTHONPATH": "/exam/fdelab", "FDELAB_STATE": "/var/fdelab", "FDELAB_SEED": str(SEED)},
            volumes={str(work): {"bind": "/exam"}, site.getsitepackages()[0]: {"bind": libraries, "mode": "ro"}},
        )  # fmt: skip
        try:
            ran.start()
            code = ran.wait(timeout=240)["StatusCode"]
            report, errors = ran.logs(stderr=False), ran.logs(stdout=False).decode()
        finally:
            ran.remove(force=True)
    finally:
        client.close()
    sat = toys.Sat(code, json.loads(report or "{}"), work / "evidence", errors, 0.0)
    return {"sat": sat, **told(sat)}


def test_it_is_judged_and_told_what_is_not_sealed(here: dict[str, Any]) -> None:
    sat = here["sat"]
    assert (sat.code, sat.report.get("result"), sat.report.get("runtime")) == (1, "failed", "box"), sat.told
    notes = [line for line in sat.report["warnings"] if line.startswith("Not sealed: ")]
    assert any("network is not cut" in line for line in notes)
    assert any("no limit on memory" in line for line in notes)
    assert not any("is open to the deployment" in line or "seed" in line for line in notes), notes


def test_code_seed_evidence_and_parts_are_out_of_reach(here: dict[str, Any]) -> None:
    seen = here["ours"] + here["ours_of_the_lap"]
    assert [path for path in seen if "/toy" in path or "fdelab/" in path] == []
    assert set(here["guesses"].values()) <= {"EACCES", "ENOENT"}
    env = here["identity"]["env"]
    assert set(here["ports"]["open"]) == {int(env[n].rsplit(":", 1)[-1]) for n in ("ERP_URL", "CLOCK_URL", "PORT")}
    assert [name for name, said in here["sockets"].items() if said == "open"] == []
    assert (here["spied"], here["harmed"], here["squatted"], here["privileges"]) == ({}, [], [], [])
    assert set(here["calls"].values()) <= {"EPERM", "ENOSYS"}, here["calls"]
    assert str(SEED) not in json.dumps(here["said"])
    assert not {name for name, found in here["imports"].items() if found} - {"fastapi", "sklearn"}
