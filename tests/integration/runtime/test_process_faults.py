"""What faults of processes ask of the engine: stand still, have less, have no room, and be whole again."""

import asyncio

import pytest

from simulator.plan import Limits
from tests.integration.runtime.conftest import MEBI, Lab

pytestmark = pytest.mark.docker

LIMITS = Limits(cpus=1.0, memory=128 * MEBI, pids=64)


async def fresh(world: Lab) -> None:
    await world.runtime.stop("promise-api")
    world.lines.clear()
    await world.start(world.service(limits=LIMITS))


async def held_back(world: Lab) -> float:
    """Seconds that its limit held it back, while it took what it got."""
    seen = [await world.runtime.sample("promise-api")]
    async with asyncio.timeout(60):
        while len(seen) < 5:
            await world.guest(do="burn", seconds=0.5)
            sample = await world.runtime.sample("promise-api")
            if sample is not seen[-1]:
                seen.append(sample)
    # The first that is new spans the time before, too.
    return sum(sample.throttled for sample in seen[2:] if sample)


async def test_a_process_that_stands_still_uses_nothing_and_goes_on_as_the_same(world: Lab) -> None:
    await fresh(world)
    await world.runtime.freeze("promise-api")
    await world.runtime.freeze("promise-api")
    asking = asyncio.create_task(world.guest(do="read", path="/etc/hostname"))
    api, container = world.engine.api, f"fdelab-{world.session}-promise-api"
    assert api.inspect_container(container)["State"]["Paused"]
    assert not (await asyncio.wait({asking}, timeout=1.0))[0]
    assert await world.runtime.exited("promise-api") is None
    await world.runtime.thaw("promise-api")
    assert await asking
    await world.runtime.thaw("promise-api")


async def test_a_process_that_stands_still_can_be_ended(world: Lab) -> None:
    await fresh(world)
    await world.runtime.freeze("promise-api")
    await fresh(world)
    assert await world.guest(do="read", path="/etc/hostname")


async def test_a_quota_that_is_lowered_holds_and_is_given_back(world: Lab) -> None:
    await fresh(world)
    await world.runtime.limit("promise-api", Limits(0.2, LIMITS.memory, LIMITS.pids))
    api, container = world.engine.api, f"fdelab-{world.session}-promise-api"
    assert api.inspect_container(container)["HostConfig"]["NanoCpus"] == int(0.2e9)
    assert await held_back(world) > 0
    await world.runtime.limit("promise-api", LIMITS)
    assert api.inspect_container(container)["HostConfig"]["NanoCpus"] == int(1e9)


async def test_who_holds_more_memory_than_is_left_is_ended_for_it(world: Lab) -> None:
    await fresh(world)
    assert (await world.guest(do="write", path="/tmp/ballast", mebi=48))["written"]
    await world.runtime.limit("promise-api", Limits(1.0, 24 * MEBI, LIMITS.pids))
    for _ in range(200):
        if (end := await world.runtime.exited("promise-api")) is not None:
            break
        await asyncio.sleep(0.05)
    assert end is not None
    assert (end.code, end.out_of_memory) == (137, True)
    await fresh(world)
    assert await world.runtime.exited("promise-api") is None


async def test_a_full_disk_takes_nothing_more_until_it_has_room_again(world: Lab) -> None:
    await fresh(world)
    for before in (0, 3):
        if before:
            assert (await world.guest(do="write", path="/tmp/before", mebi=before))["written"]
        await world.runtime.fill("promise-api", 0)
        told = await world.guest(do="write", path="/tmp/more", mebi=1)
        assert (told["written"], "No space left" in told["error"]) == (False, True)
        await world.runtime.fill("promise-api", None)
        assert (await world.guest(do="write", path="/tmp/more", mebi=20))["written"]
        assert (await world.guest(do="write", path="/tmp/more", mebi=0))["written"]
