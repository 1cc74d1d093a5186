import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.labs import little

FDELAB = Path(sys.executable).with_name("fdelab")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario that is over in seconds."""
    return little.make(tmp_path_factory.mktemp("scenarios") / "little", **little.short())


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def run(tmp_path: Path, state: Path) -> Iterator[Run]:
    """Runs `fdelab` as a script would, with a state folder of its own; ends every world that is left."""
    env = os.environ | {"FDELAB_STATE": str(state), "COLUMNS": ""}

    def call(*argv: object, cwd: Path = tmp_path, **more: str) -> subprocess.CompletedProcess[str]:
        command = [str(FDELAB), *map(str, argv)]
        return subprocess.run(command, cwd=cwd, env=env | more, capture_output=True, text=True, timeout=120)

    yield call
    worlds = state / "worlds"
    if worlds.is_dir() and any(worlds.iterdir()):
        call("stop", "--all")
