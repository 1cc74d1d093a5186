"""A newcomer's machine: Python, git and make, no engine, and a clone. Two commands must do."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from testcontainers.core.container import DockerContainer

from simulator import state
from simulator.runtime.docker.engine import connect
from simulator.runtime.images import base
from simulator.runtime.images.recipes import certificates

pytestmark = pytest.mark.docker

ROOT = Path(__file__).parents[2]
PEM = "/etc/ssl/fdelab-host.pem"
OUTSIDE = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL",
           "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT")  # fmt: skip
"""How to reach the outside from this host; a container on a plain bridge needs the same."""

PATIENCE = 600
"""Seconds that one command may take."""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as it is on disk now, committed or not, as one file to clone from."""
    tree = tmp_path_factory.mktemp("origin") / "tree"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    git = ["git", "-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main"]
    bundle = tree.with_name("origin.bundle")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "as on disk"],
                    ["bundle", "create", "-q", str(bundle), "HEAD", "main"]):  # fmt: skip
        subprocess.run([*git, *command], cwd=tree, check=True)
    return bundle


class Machine:
    """A container to type commands into."""

    def __init__(self, container: DockerContainer, env: dict[str, str]) -> None:
        self._container, self._env = container.get_wrapped_container(), env

    def run(self, command: str, user: str = "newcomer", folder: str = "/home/newcomer") -> tuple[str, float]:
        """What the command printed, and the seconds that it took; it must succeed."""
        argv = ["timeout", str(PATIENCE), "sh", "-c", command]
        env = self._env | {"HOME": folder if user == "root" else f"/home/{user}"}
        begun = time.monotonic()
        code, output = self._container.exec_run(argv, user=user, workdir=folder, environment=env)
        assert isinstance(output, bytes)
        text = output.decode("utf-8", "replace")
        assert code == 0, f"{command} ended with {code}:\n{text[-6000:]}"
        return text, time.monotonic() - begun


@pytest.fixture(scope="module")
def machine(origin: Path) -> Iterator[Machine]:
    """A bare Debian with Python, git and make. It trusts what this host trusts."""
    image = base.ensure(connect(), state.folder(), print)
    env = {name: os.environ[name] for name in OUTSIDE if name in os.environ}
    env |= dict.fromkeys(("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"), PEM)
    container = (
        DockerContainer(image)
        .with_command("sleep infinity")
        .with_volume_mapping(str(origin), "/origin.bundle", "ro")
        .with_volume_mapping(str(certificates()), PEM, "ro")
    )
    with container:
        bare = Machine(container, env)
        bare.run(
            "apt-get update -q && apt-get install -q -y --no-install-recommends git make python3-venv", "root", "/"
        )
        bare.run("useradd --create-home newcomer", "root", "/")
        yield bare


def test_a_clone_is_set_up_and_plays_without_an_engine(machine: Machine, figure: Callable[..., None]) -> None:
    machine.run("git clone -q -b main /origin.bundle fdelab")

    _, seconds = machine.run("make setup", folder="/home/newcomer/fdelab")
    figure("make setup on a bare Debian", seconds, "s")
    again, _ = machine.run("make setup", folder="/home/newcomer/fdelab")
    assert "setting up" not in again, "what is set up is not set up again"

    output, seconds = machine.run("make play", folder="/home/newcomer/fdelab")
    figure("make play (both exams) on a bare Debian, set up", seconds, "s")
    assert "untouched" in output
    assert "reference" in output
    assert "local" in output, "it says on which runtime the world ran"

    left, _ = machine.run("git status --porcelain", folder="/home/newcomer/fdelab")
    assert left == "", "playing changes nothing in the clone"
    processes, _ = machine.run("ps -eo args --no-headers 2>/dev/null || cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
    assert "simulator." not in processes, "nothing of the worlds runs on"
