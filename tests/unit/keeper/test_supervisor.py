"""Who is started again, who is to blame, and who is looked after meanwhile."""

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest

from simulator.keeper import starvation as patience
from simulator.keeper import supervisor as crew
from simulator.keeper.errors import DoesNotStart, SiteLost
from simulator.keeper.starvation import Reading
from simulator.keeper.supervisor import ProcessSupervisor
from simulator.runtime.base import Exit
from tests.unit.keeper.conftest import Toy


async def ready(made: ProcessSupervisor, ours: Any) -> list[str]:
    """Which services were started again until all was ready."""
    again: list[str] = []
    async with asyncio.timeout(30):
        await made.until_ready(ours, lambda _names: None, lambda name, _end: again.append(name))
    return again


async def test_who_ends_while_the_site_is_not_up_is_started_again_once_it_is(
    toy: Toy, made: ProcessSupervisor, ours: Any
) -> None:
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


async def test_who_ends_while_the_site_is_up_does_not_start(toy: Toy, made: ProcessSupervisor, ours: Any) -> None:
    toy.exits["api"] = Exit(1)
    toy.not_ready = ["api"]
    toy.on_start = lambda name: toy.exits.update({name: Exit(2)})
    with pytest.raises(DoesNotStart, match="api: ended with exit code 2"):
        await ready(made, ours)
    assert toy.starts == ["api", "jobs", "api"], "started once with the site up, and no more"


async def test_a_lap_later_the_first_end_counts(toy: Toy, made: ProcessSupervisor, ours: Any) -> None:
    assert await ready(made, ours) == []
    await made.stop_deployment()
    await made.start_deployment()
    toy.exits["jobs"], toy.not_ready = Exit(1), ["jobs"]
    with pytest.raises(DoesNotStart, match="jobs: ended with exit code 1"):
        await ready(made, ours)
    assert toy.starts.count("jobs") == 2


async def test_who_was_stopped_meanwhile_is_not_started_again(toy: Toy, made: ProcessSupervisor, ours: Any) -> None:
    toy.not_ready = ["site", "api", "jobs"]
    await made.stop_deployment()
    with pytest.raises(DoesNotStart):
        await ready(made, ours)
    assert toy.starts == ["api", "jobs"]


async def test_the_time_of_a_deployment_counts_from_when_the_site_was_up(
    toy: Toy, made: ProcessSupervisor, ours: Any, monkeypatch: pytest.MonkeyPatch
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
    toy: Toy, made: ProcessSupervisor, monkeypatch: pytest.MonkeyPatch
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


async def test_who_ended_is_started_again_and_again(
    toy: Toy, made: ProcessSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
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


async def test_who_is_replaced_has_not_ended_by_itself(toy: Toy, made: ProcessSupervisor) -> None:
    ended: list[str] = []

    def restarted(name: str, _end: Exit) -> bool:
        ended.append(name)
        return True

    async def started(_name: str) -> None: ...

    async def look() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(0):  # it looks once, and then wants to wait
                await made.supervise(restarted, started)

    toy.between = look
    await made.start_deployment()
    assert toy.exits == {}
    assert ended == []


async def test_a_service_is_started_by_one_at_a_time(
    toy: Toy, made: ProcessSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that comes back by itself while the whole deployment is replaced is not started a second time."""
    monkeypatch.setattr(crew, "RESTART_PAUSES", (0.0,))
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.set()
        await go_on.wait()

    async def started(_name: str) -> None: ...

    toy.exits["api"], toy.between = Exit(1), wait
    async with asyncio.timeout(30):
        watch = asyncio.ensure_future(made.supervise(lambda _name, _end: True, started))
        await begun.wait()
        replaced = asyncio.ensure_future(made.start_deployment())
        toy.between = None
        for _ in range(10):
            await asyncio.sleep(0)
        assert toy.starts == ["api", "jobs"], "not before the first is done"
        go_on.set()
        await replaced
        assert toy.starts == ["api", "jobs", "api", "api", "jobs"]
        watch.cancel()
        await asyncio.wait({watch})
