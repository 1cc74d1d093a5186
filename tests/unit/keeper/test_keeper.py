"""What ends a lap, what keeps one from beginning, and what of it is on record."""

import asyncio
import json
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from simulator.keeper.api import api
from simulator.keeper.errors import SiteLost
from simulator.keeper.keeper import Keeper
from simulator.keeper.open_world import OpenWorld
from simulator.protocol.events import Event, LapFailed, LapFinished
from simulator.runtime.base import Exit
from tests.unit.keeper.conftest import Field, Toy


def lap(keeper: Keeper) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((keeper.files.lap(1) / "run.json").read_text("utf-8"))
    return found


FINISHED = LapFinished(lap=1, at=0.0, timeline=(), lag_p99=0.0, turns=(None, None), overdrawn=0.0)


async def test_a_lap_that_ends_without_all_that_is_ours_is_not_finished(
    toy: Toy, keeper: Keeper, world: OpenWorld, field: Field
) -> None:
    toy.exits["site"] = Exit(1)
    field.tells = [FINISHED]
    with pytest.raises(SiteLost):
        await world.follow()
    assert lap(keeper)["finished"] is False


async def test_a_lap_that_ends_with_all_that_is_ours_is_finished(
    keeper: Keeper, world: OpenWorld, field: Field
) -> None:
    field.tells = [FINISHED]
    await world.follow()
    assert lap(keeper)["finished"] is True


@pytest.mark.parametrize(("exam", "reason", "failed"), [
    (False, "aborted", None), (True, "aborted", "aborted"), (False, "the site is gone", "the site is gone"),
])  # fmt: skip
async def test_a_lap_that_somebody_ends_in_practice_has_not_failed(
    keeper: Keeper, world: OpenWorld, field: Field, exam: bool, reason: str, failed: str | None
) -> None:
    world.spec = world.spec.model_copy(update={"exam": exam})
    field.tells = [LapFailed(lap=1, at=0.0, reason=reason)]
    await world.follow()
    run = lap(keeper)
    assert (run["finished"], run["failed"], run["aborted"]) == (False, failed, failed is None)


async def test_the_end_of_a_world_takes_nothing_back_of_what_was_said_of_its_lap(
    keeper: Keeper, world: OpenWorld, field: Field
) -> None:
    field.tells = [LapFailed(lap=1, at=0.0, reason="the site is gone")]
    await world.follow()
    await keeper._close(None)
    assert lap(keeper)["failed"] == "the site is gone"


@pytest.mark.parametrize("phase", ["starting", "running", "broken", "paused"])
async def test_a_redeploy_is_on_record_whatever_the_world_does(
    keeper: Keeper, world: OpenWorld, tmp_path: Path, phase: Literal["starting", "running", "broken", "paused"]
) -> None:
    world.phase = phase
    await world.redeploy(tmp_path)
    assert lap(keeper)["redeploys"] == [0.0]


def told(keeper: Keeper, kind: str) -> list[Event]:
    return [event for _, event in keeper.events.since(0) if event.kind == kind]


async def test_no_lap_begins_after_a_pause(keeper: Keeper, world: OpenWorld, field: Field) -> None:
    assert await world.ready()
    await world.pause()
    assert await world.one_lap() is False
    assert field.asked == ["abort"]
    assert keeper.phase == "paused"


@pytest.mark.parametrize("what", ["pause", "jump"])
async def test_who_ends_a_lap_waits_until_it_has_begun(world: OpenWorld, field: Field, what: str) -> None:
    field.answers.clear()
    async with asyncio.timeout(30):
        lap = asyncio.ensure_future(world.one_lap())
        await field.hears.wait()
        ends = asyncio.ensure_future(world.pause() if what == "pause" else world.jump("slow-erp"))
        for _ in range(10):
            await asyncio.sleep(0)
        field.answers.set()
        await asyncio.gather(ends, lap)
    assert field.asked == ["lap 1 from None", "abort"]


async def test_a_jump_between_laps_is_where_the_next_begins(keeper: Keeper, world: OpenWorld, field: Field) -> None:
    transport = httpx.ASGITransport(api(keeper, "token"))
    world.phase = "starting"
    async with httpx.AsyncClient(transport=transport, base_url="http://keeper") as client:
        client.headers["Authorization"] = "Bearer token"
        assert (await client.post("/phase", json={"phase": "slow-erp"})).status_code == 200
        world.phase = "paused"
        refused = await client.post("/phase", json={"phase": "slow-erp"})
    assert (refused.status_code, "paused" in refused.text) == (409, True)
    assert await world.one_lap()
    assert field.asked == ["abort", "lap 1 from slow-erp"]


async def test_a_redeploy_while_the_old_deployment_fails_is_not_lost(
    keeper: Keeper, world: OpenWorld, toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await world.ready()
    await world.redeploy(tmp_path)
    toy.exits["api"], toy.not_ready = Exit(1), ["api"]
    pause = asyncio.sleep

    async def meanwhile(_seconds: float) -> None:
        monkeypatch.setattr(asyncio, "sleep", pause)
        toy.not_ready = []
        await world.redeploy(tmp_path)

    monkeypatch.setattr(asyncio, "sleep", meanwhile)
    async with asyncio.timeout(30):
        assert await world.ready()
    assert toy.exits == {}, "it runs"
    assert told(keeper, "deployment-failed") == []


@pytest.mark.parametrize("how", ["redeploy", "rest"])
async def test_a_deployment_that_does_not_start_gets_another_chance(
    keeper: Keeper, world: OpenWorld, toy: Toy, tmp_path: Path, how: str
) -> None:
    assert await world.ready()
    await world.redeploy(tmp_path)
    toy.exits["api"], toy.not_ready = Exit(1), ["api"]
    async with asyncio.timeout(30):
        waits = asyncio.ensure_future(world.ready())
        while world.phase != "broken":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if how == "redeploy":
            await world.redeploy(tmp_path)
        else:
            await world.pause()
            await world.resume()
        assert await waits is False
