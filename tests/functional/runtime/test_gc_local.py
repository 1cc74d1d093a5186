"""What a local world leaves when its keeper dies."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from simulator.runtime import choose, gc
from simulator.runtime.local import LocalRuntime

KEEPER = """
import asyncio, sys
from pathlib import Path
from simulator.plan import Plan, Process
from simulator.runtime.local import LocalRuntime

async def main():
    process = Process("p", "deployment", "workbench", ("python", "-c", "import time; time.sleep(600)"))
    runtime = LocalRuntime(Path(sys.argv[1]))
    await runtime.open(Plan(sys.argv[2], (process,)), print, lambda line: None)
    await runtime.start(process)
    print("started", runtime._running["p"].process.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")


def orphan(world: Path) -> psutil.Process:
    """A process of a world whose keeper was killed."""
    argv = [sys.executable, "-c", KEEPER, str(world), world.name]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        pid = int(keeper.stdout.readline().split()[1])
        keeper.kill()
    return psutil.Process(pid)


def alive(process: psutil.Process) -> bool:
    """Whether it still does anything; nobody may have asked yet how it ended."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_processes_of_dead_worlds_are_ended_and_those_of_live_ones_are_not(tmp_path: Path) -> None:
    worlds = tmp_path / "worlds"
    dead, live = orphan(worlds / "dead"), orphan(worlds / "live")
    try:
        assert not gc.find(tmp_path / "elsewhere")
        found = gc.remove(worlds, live={"live"})
        assert found.processes == {dead.pid: "dead"}
        assert not alive(dead)
        assert alive(live)
    finally:
        assert gc.remove(worlds).sessions <= {"live", "dead"}
    assert not alive(live)
    assert not gc.find(worlds)


def test_local_can_be_asked_for(tmp_path: Path) -> None:
    runtime, why = choose("local", tmp_path)
    assert isinstance(runtime, LocalRuntime)
    assert why.startswith("as asked for")
