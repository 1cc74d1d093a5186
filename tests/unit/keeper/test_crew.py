"""Who is started again, who is to blame, and who is looked after meanwhile."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scenarios import loader
from simulator.keeper import crew, patience
from simulator.keeper.crew import Crew, DoesNotStart, SiteLost
from simulator.keeper.keeper import Keeper
from simulator.keeper.patience import Reading
from simulator.keeper.record import LapRecord
from simulator.keeper.spec import WorldFiles, WorldSpec
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

    async def start(self, process: Process) -> None:
        self.exits.pop(process.name, None)
        self.starts.append(process.name)
        self.on_start(process.name)

    async def stop(self, name: str) -> None:
        self.exits[name] = Exit(137)

    async def exited(self, name: str) -> Exit | None:
        return self.exits.get(name)

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
async def made(ours: Any) -> Crew:
    found = Crew(ours, PLAN)
    await found.start_deployment()
    return found


async def ready(made: Crew, ours: Any) -> list[str]:
    """Which services were started again until all was ready."""
    again: list[str] = []
    async with asyncio.timeout(30):
        await made.until_ready(ours, lambda _names: None, lambda name, _end: again.append(name))
    return again


async def test_who_ends_while_the_site_is_not_up_is_started_again_once_it_is(toy: Toy, made: Crew, ours: Any) -> None:
    toy.exits["api"] = Exit(1)
    toy.not_ready = ["site", "api"]

    def up(name: str) -> None:
        toy.not_ready = []
        assert name == "api"

    toy.on_start = up
    site_comes = asyncio.get_running_loop().call_later(0.2, lambda: toy.not_ready.remove("site"))
    assert await ready(made, ours) == ["api"]
    assert site_comes.when() <= asyncio.get_running_loop().time(), "not before"
    assert toy.starts == ["api", "jobs", "api"]
    assert made.restarts == {}, "no end of its own"


async def test_who_ends_while_the_site_is_up_does_not_start(toy: Toy, made: Crew, ours: Any) -> None:
    toy.exits["api"] = Exit(1)
    toy.not_ready = ["api"]
    toy.on_start = lambda name: toy.exits.update({name: Exit(2)})
    with pytest.raises(DoesNotStart, match="api: ended with exit code 2"):
        await ready(made, ours)
    assert toy.starts == ["api", "jobs", "api"], "started once with the site up, and no more"


async def test_a_lap_later_the_first_end_counts(toy: Toy, made: Crew, ours: Any) -> None:
    assert await ready(made, ours) == []
    await made.stop_deployment()
    await made.start_deployment()
    toy.exits["jobs"], toy.not_ready = Exit(1), ["jobs"]
    with pytest.raises(DoesNotStart, match="jobs: ended with exit code 1"):
        await ready(made, ours)
    assert toy.starts.count("jobs") == 2


async def test_who_was_stopped_meanwhile_is_not_started_again(toy: Toy, made: Crew, ours: Any) -> None:
    toy.not_ready = ["site", "api", "jobs"]
    await made.stop_deployment()
    with pytest.raises(DoesNotStart):
        await ready(made, ours)
    assert toy.starts == ["api", "jobs"]


async def test_the_time_of_a_deployment_counts_from_when_the_site_was_up(
    toy: Toy, made: Crew, ours: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0

    async def pass_time(seconds: float) -> None:
        nonlocal now
        now += 1.0
        if now >= 90.0:
            toy.not_ready = []
        elif now >= 59.0:
            toy.not_ready = ["api"]

    monkeypatch.setattr(time, "monotonic", lambda: now)
    monkeypatch.setattr(asyncio, "sleep", pass_time)
    monkeypatch.setattr(patience, "machine", lambda: Reading(now, now * 2))
    toy.not_ready = ["site", "api"]
    await made.until_ready(ours, lambda _names: None, lambda _name, _end: None)
    assert now == 90.0


async def test_while_one_waits_to_be_started_again_the_others_are_looked_after(
    toy: Toy, made: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "RESTART_PAUSES", (3600.0,))
    ended: list[str] = []

    def restarted(name: str, _end: Exit) -> bool:
        ended.append(name)
        toy.exits[{"api": "jobs", "jobs": "site"}[name]] = Exit(1)
        return True

    async def started(_name: str) -> None:
        raise AssertionError("an hour has not passed")

    toy.exits["api"] = Exit(1)
    async with asyncio.timeout(30):
        with pytest.raises(SiteLost, match="site ended with exit code 1"):
            await made.supervise(restarted, started)
    assert ended == ["api", "jobs"]


async def test_who_ended_is_started_again_and_again(toy: Toy, made: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "RESTART_PAUSES", (0.0,))
    renewed: list[str] = []

    async def started(name: str) -> None:
        renewed.append(name)
        toy.exits["api" if len(renewed) < 3 else "site"] = Exit(1)

    toy.exits["api"] = Exit(1)
    async with asyncio.timeout(30):
        with pytest.raises(SiteLost):
            await made.supervise(lambda _name, _end: True, started)
    assert (renewed, made.restarts) == (["api"] * 3, {"api": 3})


@pytest.fixture
def keeper(tmp_path: Path, made: Crew, ours: Any) -> Iterator[Keeper]:
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


def tells(keeper: Keeper, *events: dict[str, Any]) -> None:
    """What the field says of the lap."""

    class Field:
        async def events(self, after: int) -> AsyncIterator[dict[str, Any]]:
            for number, event in enumerate(events, start=after):
                yield {"seq": number, "lap": 1, "at": 0.0, **event}

    field: Any = Field()
    strikes: Any = type("Strikes", (), {"lift": lambda _self: asyncio.sleep(0)})()
    keeper.field, keeper.strikes = field, strikes


def lap(keeper: Keeper) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((keeper.files.lap(1) / "run.json").read_text("utf-8"))
    return found


FINISHED = {"kind": "lap-finished", "timeline": [], "lag_p99": 0.0, "slowdown": 1.0}


async def test_a_lap_that_ends_without_all_that_is_ours_is_not_finished(toy: Toy, keeper: Keeper) -> None:
    toy.exits["site"] = Exit(1)
    tells(keeper, FINISHED)
    with pytest.raises(SiteLost):
        await keeper._follow()
    assert lap(keeper)["finished"] is False


async def test_a_lap_that_ends_with_all_that_is_ours_is_finished(keeper: Keeper) -> None:
    tells(keeper, FINISHED)
    await keeper._follow()
    assert lap(keeper)["finished"] is True


@pytest.mark.parametrize(("exam", "reason", "failed"), [
    (False, "aborted", None), (True, "aborted", "aborted"), (False, "the site is gone", "the site is gone"),
])  # fmt: skip
async def test_a_lap_that_somebody_ends_in_practice_has_not_failed(
    keeper: Keeper, exam: bool, reason: str, failed: str | None
) -> None:
    keeper.spec = keeper.spec.model_copy(update={"exam": exam})
    tells(keeper, {"kind": "lap-failed", "reason": reason})
    await keeper._follow()
    run = lap(keeper)
    assert (run["finished"], run["failed"], run["aborted"]) == (False, failed, failed is None)


@pytest.mark.parametrize("phase", ["starting", "running", "broken", "paused"])
async def test_a_redeploy_is_on_record_whatever_the_world_does(keeper: Keeper, tmp_path: Path, phase: str) -> None:
    keeper.phase = phase
    await keeper.redeploy(tmp_path)
    assert lap(keeper)["redeploys"] == [0.0]
