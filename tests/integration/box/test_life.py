"""A box comes and goes: interrupted, its engine lost, its keeper killed, nothing of it stays and nobody is blamed."""

import asyncio
import os
import signal
import subprocess
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import psutil
import pytest

from tests import toys
from tests.integration.box.conftest import main
from tests.integration.box.test_misdeeds import boxes
from tests.integration.sitting import Sitting, sitting
from tests.integration.wire import Wire

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("box-life")]


def begin(scenario: Path, folder: Path, **env: str) -> AbstractAsyncContextManager[Sitting]:
    workspace = toys.deployment(folder / "workspace", main(""))
    argv = [
        str(toys.FDELAB), "exam", str(scenario), "--workspace", str(workspace), "--runtime", "box", "--out",
        str(folder / "evidence"),
    ]  # fmt: skip
    return sitting(argv, {"FDELAB_STATE": str(folder / "state")} | env, folder)


@pytest.mark.parametrize("when", ["runtime box", "morning"])
async def test_an_interrupt_takes_it_down(when: str, scenario: Path, tmp_path: Path) -> None:
    async with asyncio.timeout(300), begin(scenario, tmp_path) as running:
        await running.until(when)
        running.process.send_signal(signal.SIGINT)
        assert await running.end() == 130, running.told
    assert "Traceback" not in running.told
    assert boxes(tmp_path / "state") == []
    assert not (tmp_path / "evidence").exists()


async def test_an_engine_that_dies_is_ours_and_gc_sweeps_up(scenario: Path, tmp_path: Path) -> None:
    async with (
        asyncio.timeout(300),
        Wire(tmp_path / "docker.sock") as wire,
        begin(scenario, tmp_path, DOCKER_HOST=f"unix://{wire.path}") as running,
    ):
        await running.until("morning")
        await wire.cut()
        assert await running.end() == 3, running.told
    assert "engine went away" in running.told
    assert "Traceback" not in running.told
    swept = await asyncio.to_thread(gc, tmp_path / "state")
    assert swept.returncode == 0, swept.stderr
    assert boxes(tmp_path / "state") == []


async def test_a_box_whose_keeper_is_killed_ends_by_itself_and_gc_removes_it(scenario: Path, tmp_path: Path) -> None:
    async with asyncio.timeout(300), begin(scenario, tmp_path) as running:
        await running.until("morning")
        for child in psutil.Process(running.process.pid).children(recursive=True):
            child.kill()
        assert await running.end() == 3, running.told
    assert boxes(tmp_path / "state") == []


def gc(state: Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"FDELAB_STATE": str(state)}
    return subprocess.run([str(toys.FDELAB), "gc"], env=env, capture_output=True, text=True, timeout=60)
