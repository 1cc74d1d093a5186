"""A deployment of two services without processes, and what keeps it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scenarios import loader
from simulator.keeper.keeper import Keeper
from simulator.keeper.open_world import OpenWorld
from simulator.keeper.spec import WorldSpec
from simulator.keeper.supervisor import ProcessSupervisor
from simulator.keeper.workspace_tests import WorkspaceTests
from simulator.keeper.world_files import WorldFiles
from simulator.plan import Address, Plan, Process
from simulator.planner import CONTROL, ingress
from simulator.protocol.events import FieldEvent, LapFailed
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

    unsealed = ()
    name = "toy"

    async def waiting(self) -> list[str]:
        return list(self.not_ready)


class Field:
    """Says of the toys what is ready, and notes what laps are wanted of it; they run until they are ended."""

    token = "token"

    def __init__(self, toy: Toy) -> None:
        self.waiting = toy.waiting
        self.asked: list[str] = []
        self.tells: list[FieldEvent] = []
        """What it says of the lap, at once; left empty: that it was ended, once it was."""
        self.hears = asyncio.Event()
        """That a lap is wanted."""
        self.answers = asyncio.Event()
        """Whether it answers to the begin of a lap."""
        self.answers.set()
        self._over = asyncio.Event()

    async def begin(self, lap: int, _seed: int, first: str | None, _customer: int | None = None) -> None:
        self.hears.set()
        await self.answers.wait()
        self.asked.append(f"lap {lap} from {first}")

    async def abort(self) -> None:
        self.asked.append("abort")
        self._over.set()

    async def close(self) -> None: ...

    async def events(self, after: int) -> AsyncIterator[FieldEvent]:
        if not self.tells:
            await self._over.wait()
        for event in self.tells or [LapFailed(lap=1, at=0.0, reason="aborted")]:
            yield event


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
def keeper(tmp_path: Path, made: ProcessSupervisor, toy: Toy, ours: Any) -> Iterator[Keeper]:
    """A keeper in its first lap, of a practice world."""
    folder = Path(__file__).parents[3] / "scenarios/library/promise-dates"
    spec = WorldSpec(session="s", scenario=loader.load(folder), scenario_folder=str(folder), scenario_hash="h",
                     snapshot="x", seed=1)  # fmt: skip
    found = Keeper(WorldFiles(tmp_path), spec, (ours, "a toy"))
    record = found.journal.begin()
    names = (CONTROL, *map(ingress, spec.scenario.deployment.services))
    addresses = {name: Address("", "", 1, 1) for name in names}
    field: Any = Field(toy)
    tests = WorkspaceTests(made, None, found.journal)
    found.world = OpenWorld(spec, made, field, addresses, tests, events=found.events, journal=found.journal,
                            live=found.live, last_room=found._room)  # fmt: skip
    yield found
    record._recorder.close()
    found.events._file.close()


@pytest.fixture
def world(keeper: Keeper) -> OpenWorld:
    """The keeper's, which is open."""
    assert isinstance(keeper.world, OpenWorld)
    return keeper.world


@pytest.fixture
def field(world: OpenWorld) -> Field:
    """The world's."""
    found: Any = world.field
    assert isinstance(found, Field)
    return found
