"""An exported task without Harbor: its images are built, and its scripts run by hand, as Harbor would run them."""

import io
import json
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.models.containers import Container

from simulator.runtime import images
from simulator.runtime.docker.engine import connect
from tests.toys import FDELAB

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("harbor")]

SEED = 20260302


@dataclass
class Task:
    """A task with its two images."""

    folder: Path
    agent: str
    verifier: str
    client: docker.DockerClient


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Task]:
    folder = tmp_path_factory.mktemp("harbor") / "new"
    subprocess.run([FDELAB, "export", "harbor", "first-day", folder], capture_output=True, check=True)
    engine = connect()
    try:
        images.ensure(engine, {"site", "workbench"}, print)
    finally:
        engine.close()
    client = docker.from_env()
    try:
        with built(client, folder / "environment") as agent, built(client, folder / "tests") as verifier:
            yield Task(folder, agent, verifier, client)
    finally:
        client.close()


@contextmanager
def built(client: docker.DockerClient, folder: Path) -> Iterator[str]:
    image, _ = client.images.build(path=str(folder), network_mode="none", rm=True, forcerm=True)
    name = str(image.id)
    try:
        yield name
    finally:
        client.images.remove(name, force=True)


@contextmanager
def running(task: Task, image: str, **more: Any) -> Iterator[Container]:
    container = task.client.containers.run(
        image, ["sh", "-c", "sleep infinity"], detach=True, network_mode="none", **more
    )
    try:
        yield container
    finally:
        container.remove(force=True)


def left(task: Task, words: list[str]) -> bytes:
    """What an agent that runs this leaves in the workspace, as an archive."""
    solution = {str(task.folder / "solution"): {"bind": "/solution", "mode": "ro"}}
    with running(task, task.agent, volumes=solution) as container:
        code, said = container.exec_run(words, user="learner")
        assert code == 0, said.decode()
        return b"".join(container.get_archive("/workspace")[0])


def judged(task: Task, workspace: bytes | None, **more: Any) -> dict[str, str]:
    """What the verifier leaves for Harbor, by name of file; with what its script prints."""
    with running(task, task.verifier, environment={"FDELAB_SEED": str(SEED)}, mem_limit="3712m", **more) as container:
        if workspace is not None:
            container.put_archive("/", workspace)
        said = container.exec_run(["/tests/test.sh"], user="root").output.decode()
        archive = b"".join(container.get_archive("/logs/verifier")[0])
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        found = {Path(one.name).name: tar.extractfile(one) for one in tar if one.isfile()}
        return {name: file.read().decode() for name, file in found.items() if file is not None} | {"said": said}


def test_the_oracle_passes_and_what_was_handed_over_does_not(task: Task) -> None:
    solved = judged(task, left(task, ["bash", "/solution/solve.sh"]))
    assert "reward.json" in solved, solved["said"]
    reward = json.loads(solved["reward.json"])
    assert (reward["reward"], reward["score"]) == (1.0, 1.0), solved["said"]
    assert reward.keys() == {"reward", "score", "business", "data", "reliability"}
    assert not [line for line in json.loads(solved["report.json"])["warnings"] if "open to the deployment" in line]
    assert str(SEED) not in "".join(solved.values())
    untouched = judged(task, left(task, ["true"]))
    reward = json.loads(untouched["reward.json"])
    assert reward["reward"] == 0.0 and reward["score"] < 0.7, untouched["said"]


def test_what_did_not_come_has_no_reward(task: Task) -> None:
    found = judged(task, None)
    assert "reward.json" not in found and "no reward" in found["said"]
    found = judged(task, left(task, ["rm", "/workspace/.fdelab"]))
    assert "reward.json" not in found and "no reward" in found["said"]


def test_what_cannot_be_judged_is_tried_again_and_has_no_reward(task: Task) -> None:
    found = judged(task, left(task, ["true"]), cap_drop=["SETUID"])
    assert "reward.json" not in found and "no reward" in found["said"]
    assert found["said"].count("exit code 3") == 3


def test_what_cannot_be_taken_is_none(task: Task) -> None:
    found = judged(task, left(task, ["sh", "-c", "ln -sf /etc/passwd /workspace/shop.py"]))
    assert set(json.loads(found["reward.json"]).values()) == {0.0}
    assert "shop.py" in found["reason.txt"]


def test_the_agent_sees_nothing_of_the_examiner(task: Task) -> None:
    look = "ls -d /opt/* /solution /tests; find / -xdev -name '*fdelab*'; id -un; touch /incident/x && echo written"
    with running(task, task.agent) as container:
        said = container.exec_run(["sh", "-c", look], user="learner", stderr=False).output.decode()
    assert said.split() == ["/opt/workbench", "/workspace/.fdelab", "learner"]
