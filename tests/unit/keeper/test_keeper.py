"""What ends a lap, what keeps one from beginning, and what of it is on record."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.keeper.api import api
from simulator.keeper.errors import SiteLost
from simulator.keeper.keeper import Keeper
from simulator.plan import Address
from simulator.planner import ingress
from simulator.runtime.base import Exit
from tests.unit.keeper.conftest import Toy


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


FINISHED = {"kind": "lap-finished", "timeline": [], "lag_p99": 0.0, "turns": [None, None], "overdrawn": 0.0}


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


async def test_the_end_of_a_world_takes_nothing_back_of_what_was_said_of_its_lap(keeper: Keeper) -> None:
    tells(keeper, {"kind": "lap-failed", "reason": "the site is gone"})
    await keeper._follow()
    keeper.field = None
    await keeper._close(None)
    assert lap(keeper)["failed"] == "the site is gone"


@pytest.mark.parametrize("phase", ["starting", "running", "broken", "paused"])
async def test_a_redeploy_is_on_record_whatever_the_world_does(keeper: Keeper, tmp_path: Path, phase: str) -> None:
    keeper.phase = phase
    await keeper.redeploy(tmp_path)
    assert lap(keeper)["redeploys"] == [0.0]


class Field:
    """Says of the toys what is ready, and notes what laps are wanted of it; they run until they are ended."""

    def __init__(self, toy: Toy) -> None:
        self.waiting = toy.waiting
        self.asked: list[str] = []
        self.hears = asyncio.Event()
        """That a lap is wanted."""
        self.answers = asyncio.Event()
        """Whether it answers to the begin of a lap."""
        self.answers.set()
        self._over = asyncio.Event()

    async def begin(self, lap: int, _seed: int, first: str | None) -> None:
        self.hears.set()
        await self.answers.wait()
        self.asked.append(f"lap {lap} from {first}")

    async def abort(self) -> None:
        self.asked.append("abort")
        self._over.set()

    async def events(self, after: int) -> AsyncIterator[dict[str, Any]]:
        await self._over.wait()
        yield {"seq": after, "kind": "lap-failed", "lap": 1, "at": 0.0, "reason": "aborted"}


@pytest.fixture
def field(keeper: Keeper, toy: Toy) -> Field:
    """The keeper's."""
    tells(keeper)
    found = Field(toy)
    made: Any = found
    keeper.field = made
    strikes: Any = keeper.strikes
    strikes.drop = strikes.check = lambda: None
    strikes.renew = None
    keeper.addresses = {ingress(name): Address("", "", 1, 1) for name in keeper.spec.scenario.deployment.services}
    return found


def told(keeper: Keeper, kind: str) -> list[dict[str, Any]]:
    return [event for _, event in keeper.events.since(0) if event["kind"] == kind]


async def test_no_lap_begins_after_a_pause(keeper: Keeper, field: Field) -> None:
    assert await keeper._ready()
    await keeper.pause()
    assert await keeper._one_lap() is False
    assert field.asked == ["abort"]
    assert keeper.phase == "paused"


@pytest.mark.parametrize("what", ["pause", "jump"])
async def test_who_ends_a_lap_waits_until_it_has_begun(keeper: Keeper, field: Field, what: str) -> None:
    field.answers.clear()
    async with asyncio.timeout(30):
        lap = asyncio.ensure_future(keeper._one_lap())
        await field.hears.wait()
        ends = asyncio.ensure_future(keeper.pause() if what == "pause" else keeper.jump("slow-erp"))
        for _ in range(10):
            await asyncio.sleep(0)
        field.answers.set()
        await asyncio.gather(ends, lap)
    assert field.asked == ["lap 1 from None", "abort"]


async def test_a_jump_between_laps_is_where_the_next_begins(keeper: Keeper, field: Field) -> None:
    transport = httpx.ASGITransport(api(keeper, "token"))
    keeper.phase = "starting"
    async with httpx.AsyncClient(transport=transport, base_url="http://keeper") as client:
        client.headers["Authorization"] = "Bearer token"
        keeper.status = lambda: asyncio.sleep(0, {})  # type: ignore[method-assign]
        assert (await client.post("/phase", json={"phase": "slow-erp"})).status_code == 200
        keeper.phase = "paused"
        refused = await client.post("/phase", json={"phase": "slow-erp"})
    assert (refused.status_code, "paused" in refused.text) == (409, True)
    assert await keeper._one_lap()
    assert field.asked == ["abort", "lap 1 from slow-erp"]


async def test_a_redeploy_while_the_old_deployment_fails_is_not_lost(
    keeper: Keeper, toy: Toy, field: Field, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await keeper._ready()
    await keeper.redeploy(tmp_path)
    toy.exits["api"], toy.not_ready = Exit(1), ["api"]
    pause = asyncio.sleep

    async def meanwhile(_seconds: float) -> None:
        monkeypatch.setattr(asyncio, "sleep", pause)
        toy.not_ready = []
        await keeper.redeploy(tmp_path)

    monkeypatch.setattr(asyncio, "sleep", meanwhile)
    async with asyncio.timeout(30):
        assert await keeper._ready()
    assert toy.exits == {}, "it runs"
    assert told(keeper, "deployment-failed") == []


@pytest.mark.parametrize("how", ["redeploy", "rest"])
async def test_a_deployment_that_does_not_start_gets_another_chance(
    keeper: Keeper, toy: Toy, field: Field, tmp_path: Path, how: str
) -> None:
    assert await keeper._ready()
    await keeper.redeploy(tmp_path)
    toy.exits["api"], toy.not_ready = Exit(1), ["api"]
    async with asyncio.timeout(30):
        waits = asyncio.ensure_future(keeper._ready())
        while keeper.phase != "broken":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if how == "redeploy":
            await keeper.redeploy(tmp_path)
        else:
            await keeper.pause()
            await keeper.resume()
        assert await waits is False
