"""A deployment of two services without processes, and what keeps it."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scenarios import loader
from simulator.keeper.keeper import Keeper
from simulator.keeper.record import LapRecord
from simulator.keeper.spec import WorldFiles, WorldSpec
from simulator.keeper.supervisor import ProcessSupervisor
from simulator.plan import Plan, Process
from simulator.runtime.base import Exit, Sample

PLAN = Plan("s", tuple(
    Process(name, "site" if name == "site" else "deployment", "workbench", ()) for name in ("site", "api", "jobs")
))  # fmt: skip


class Toy:
    """A runtime and a field: what is up, and what ends how."""

    def __init__(self) -> None:
        self.exits: dict[str, Exit] = {}
        self.starts: list[str] = []
        self.not_ready: list[str] = []
        self.on_start: Callable[[str], None] = lambda _name: None
        self.between: Callable[[], Awaitable[None]] | None = None
        """What happens once a service was stopped and is not started yet."""

    async def start(self, process: Process) -> None:
        if self.between is not None:
            await self.stop(process.name)
            await self.between()
        self.exits.pop(process.name, None)
        self.starts.append(process.name)
        self.on_start(process.name)

    async def stop(self, name: str) -> None:
        self.exits[name] = Exit(137)

    async def exited(self, name: str) -> Exit | None:
        return self.exits.get(name)

    async def close(self) -> None: ...

    async def sample(self, _name: str) -> Sample | None:
        return None

    async def waiting(self) -> list[str]:
        return list(self.not_ready)


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def ours(toy: Toy) -> Any:
    return toy


@pytest.fixture
async def made(ours: Any) -> ProcessSupervisor:
    found = ProcessSupervisor(ours, PLAN)
    await found.start_deployment()
    return found


@pytest.fixture
def keeper(tmp_path: Path, made: ProcessSupervisor, ours: Any) -> Iterator[Keeper]:
    """A keeper in its first lap, of a practice world."""
    folder = Path(__file__).parents[3] / "scenarios/library/promise-dates"
    spec = WorldSpec(session="s", scenario=loader.load(folder), scenario_folder=str(folder), scenario_hash="h",
                     snapshot="x", seed=1)  # fmt: skip
    found = Keeper(WorldFiles(tmp_path), spec, (ours, "a toy"))
    found.crew, found.lap = made, 1
    record = found.record = LapRecord(tmp_path / "laps" / "1", spec, "toy", 1, 1)
    yield found
    record._recorder.close()
    found.events._file.close()
