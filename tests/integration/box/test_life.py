"""A box comes and goes: interrupted, its engine lost, its keeper killed, nothing of it stays and nobody is blamed."""

import asyncio
import os
import re
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests import toys
from tests.integration.box.conftest import main
from tests.integration.box.test_misdeeds import boxes
from tests.integration.wire import Wire

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("box-life")]


class Running:
    """An exam under way, and what it has said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.told = ""

    async def until(self, word: str) -> None:
        assert self.process.stderr is not None
        while not re.search(word, self.told):
            line = await self.process.stderr.readline()
            assert line, self.told
            self.told += line.decode()

    async def end(self) -> int:
        assert self.process.stderr is not None
        self.told += (await self.process.stderr.read()).decode()
        return await self.process.wait()


async def begin(scenario: Path, folder: Path, **env: str) -> Running:
    workspace = toys.deployment(folder / "workspace", main(""))
    process = await asyncio.create_subprocess_exec(
        str(toys.FDELAB), "exam", str(scenario), "--workspace", str(workspace), "--runtime", "box", "--out",
        str(folder / "evidence"), cwd=folder, env=os.environ | {"FDELAB_STATE": str(folder / "state")} | env,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    return Running(process)


@pytest.mark.parametrize("when", ["runtime box", "morning"])
async def test_an_interrupt_takes_it_down(when: str, scenario: Path, tmp_path: Path) -> None:
    async with asyncio.timeout(300):
        running = await begin(scenario, tmp_path)
        await running.until(when)
        running.process.send_signal(signal.SIGINT)
        assert await running.end() == 130, running.told
    assert "Traceback" not in running.told
    assert boxes(tmp_path / "state") == []
    assert not (tmp_path / "evidence").exists()


async def test_an_engine_that_dies_is_ours_and_gc_sweeps_up(scenario: Path, tmp_path: Path) -> None:
    async with Wire(tmp_path / "docker.sock") as wire, asyncio.timeout(300):
        running = await begin(scenario, tmp_path, DOCKER_HOST=f"unix://{wire.path}")
        await running.until("morning")
        await wire.cut()
        assert await running.end() == 3, running.told
    assert "engine went away" in running.told
    assert "Traceback" not in running.told
    swept = await asyncio.to_thread(gc, tmp_path / "state")
    assert swept.returncode == 0, swept.stderr
    assert boxes(tmp_path / "state") == []


async def test_a_box_whose_keeper_is_killed_ends_by_itself_and_gc_removes_it(scenario: Path, tmp_path: Path) -> None:
    async with asyncio.timeout(300):
        running = await begin(scenario, tmp_path)
        await running.until("morning")
        for child in psutil.Process(running.process.pid).children(recursive=True):
            child.kill()
        assert await running.end() == 3, running.told
    assert boxes(tmp_path / "state") == []


def gc(state: Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"FDELAB_STATE": str(state)}
    return subprocess.run([str(toys.FDELAB), "gc"], env=env, capture_output=True, text=True, timeout=60)
