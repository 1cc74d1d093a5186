"""What a keeper that died leaves behind, and what an engine that died means."""

import asyncio
import gc as garbage
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from testcontainers.core.container import DockerContainer

from simulator.runtime import availability, choose, gc
from simulator.runtime.base import RuntimeLost, RuntimeUnavailable
from simulator.runtime.docker import DockerRuntime
from simulator.runtime.docker.engine import Engine, connect
from simulator.runtime.local import LocalRuntime
from tests.integration.wire import Wire

from .conftest import Lab

pytestmark = pytest.mark.docker


@pytest.fixture
async def orphans(lab: Lab) -> Lab:
    """A world whose keeper is gone."""
    plan = lab.plan(lab.service())
    await lab.open(plan)
    await lab.start(*plan.processes)
    return lab


async def test_gc_removes_what_dead_worlds_left_and_nothing_else(orphans: Lab, tmp_path: Path) -> None:
    worlds = orphans.folder / "worlds"
    image = orphans.runtime._images["workbench"]
    with DockerContainer(image, network_mode="none").with_command("sleep 60") as stranger:
        assert not gc.find(worlds, live={orphans.session})
        assert not gc.find(tmp_path / "someone else's", live=())
        found = await asyncio.to_thread(gc.remove, worlds, {"another"})
        assert found.sessions == {orphans.session}
        assert len(found.containers) == len(found.networks) == 3
        assert not gc.find(worlds)
        stranger.get_wrapped_container().reload()
        assert stranger.get_wrapped_container().status == "running"
    label = {"label": f"fdelab.session={orphans.session}"}
    assert orphans.engine.api.containers(all=True, filters=label) == []
    assert orphans.engine.api.networks(filters=label) == []


async def test_a_new_keeper_sweeps_what_the_one_before_it_left(orphans: Lab) -> None:
    again = Lab(orphans.folder, orphans.engine)
    again.session, again.world = orphans.session, orphans.world
    again.runtime = DockerRuntime(again.world, again.engine)
    plan = again.plan(again.service())
    await again.open(plan)
    assert again.engine.api.containers(all=True, filters={"label": f"fdelab.session={again.session}"}) == []
    await again.start(*plan.processes)
    await again.runtime.close()


@pytest.fixture
async def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    async with Wire(tmp_path / "docker.sock") as wire:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{wire.path}")
        yield wire
    with warnings.catch_warnings():
        # The SDK drops the sockets with which it finds no engine, for the collector to close.
        warnings.simplefilter("ignore", ResourceWarning)
        garbage.collect()


async def test_an_engine_that_dies_is_told_of_every_process_and_of_no_exit(
    wire: Wire, tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = Lab(tmp_path, await asyncio.to_thread(connect))
    try:
        plan = lab.plan(lab.service())
        await lab.open(plan)
        await lab.start(*plan.processes)
        assert await lab.runtime.exited("promise-api") is None
        heartbeat = lab.runtime._heartbeat
        assert heartbeat is not None
        await wire.cut()
        await lab.until(lambda: heartbeat.lost)
        for process in plan.processes:
            with pytest.raises(RuntimeLost):
                await lab.runtime.exited(process.name)
            with pytest.raises(RuntimeLost):
                await lab.runtime.sample(process.name)
        with pytest.raises(RuntimeLost):
            await lab.runtime.start(lab.service())
    finally:
        await lab.runtime.close()
        lab.engine.close()
        monkeypatch.delenv("DOCKER_HOST")
        found = await asyncio.to_thread(gc.remove, lab.folder / "worlds")
    assert found.sessions == {lab.session}


def test_without_an_engine_auto_is_local_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    runtime, why = choose("auto", tmp_path)
    assert isinstance(runtime, LocalRuntime)
    assert "not running" in why
    with pytest.raises(RuntimeUnavailable, match="--runtime local"):
        choose("docker", tmp_path)
    told = availability()
    assert not told.usable
    assert "not running" in told.problems[0].what


def test_an_engine_elsewhere_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    _, why = choose("auto", tmp_path)
    assert "another machine" in why


def test_with_an_engine_auto_is_docker_and_doctor_tells_what_it_is(tmp_path: Path, engine: Engine) -> None:
    runtime, why = choose("auto", tmp_path)
    assert runtime.name == "docker"
    assert engine.info["ServerVersion"] in why
    assert isinstance(runtime, DockerRuntime)
    runtime._engine.close()
    told = availability()
    assert told.usable
    assert told.engine == engine.info["ServerVersion"]
    assert [image.name for image in told.images] == ["workbench", "site", "box"]
    assert told.disk_free
