"""Executes a plan on a Docker engine."""

import asyncio
import itertools
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from docker.errors import APIError, NotFound
from docker.types import Mount

from simulator.plan import Address, Limits, Net, Plan, Process, resolve
from simulator.runtime import images
from simulator.runtime.base import Exit, LogSink, Progress, RuntimeLost, Sample
from simulator.runtime.copies import private_copy
from simulator.runtime.docker import containers, disk, networks, seccomp
from simulator.runtime.docker.engine import SESSION, TROUBLE, Engine
from simulator.runtime.docker.networks import Network
from simulator.runtime.docker.streams import Follower, Heartbeat, Meter
from simulator.runtime.ports import Ports

_KILLED = Exit(137)
_NOT_RUN = (126, 127)
_FREEZES, _BETWEEN = 40, 0.1
"""Times that a pause is tried, and seconds between two."""
_LAST_WORDS = 2.0
"""Seconds that the output of a container that was removed may take to arrive."""


@dataclass
class _Running:
    container: str
    follower: Follower
    meter: Meter | None = None


class DockerRuntime:
    """Executes a plan as containers; implements `simulator.runtime.base.Runtime`."""

    name = "docker"

    def __init__(self, world: Path, engine: Engine) -> None:
        self.unsealed: tuple[str, ...] = () if seccomp.usable(engine) else (seccomp.UNFILTERED,)
        self._world = world.resolve()
        self._engine = engine
        self._plan = Plan("", ())
        self._log: LogSink = lambda *_: None
        self._images: Mapping[str, str] = {}
        self._networks: dict[Net, Network] = {}
        self._hosts: dict[str, dict[Net, IPv4Address]] = {}
        self._addresses: dict[str, Address] = {}
        self._ports = Ports()
        self._running: dict[str, _Running] = {}
        self._exits: dict[str, Exit] = {}
        self._out_of_memory: set[str] = set()
        """Containers that were ended for what they held."""
        self._heartbeat: Heartbeat | None = None
        self._starts = itertools.count(1)

    async def open(self, plan: Plan, log: LogSink, progress: Progress) -> Mapping[str, Address]:
        """Make the images that are missing, and the networks. Raises `RuntimeUnavailable`."""
        self._plan, self._log = plan, log
        (self._world / "config").mkdir(parents=True, exist_ok=True, mode=0o700)
        wanted = {process.image for process in plan.processes}
        loop = asyncio.get_running_loop()

        def tell(line: str) -> None:
            loop.call_soon_threadsafe(progress, line)

        self._images = await asyncio.to_thread(images.ensure, self._engine, wanted, tell)
        await self._sweep()
        self._networks = await networks.create(self._engine, plan, str(self._world))
        self._hosts = networks.assign(plan, {net: network.subnet for net, network in self._networks.items()})
        self._addresses = {name: self._address(name) for name in plan.endpoints}
        self._heartbeat = await self._engine.call(Heartbeat, self._engine, plan.session)
        progress("networks " + ", ".join(f"{net} {network.subnet}" for net, network in self._networks.items()))
        return self._addresses

    async def start(self, process: Process) -> None:
        """Start it in a fresh container; a program that cannot be run has exited with 127, as in a shell."""
        await self.stop(process.name)
        self._exits.pop(process.name, None)
        spec = await asyncio.to_thread(self._spec, process)
        container = await self._engine.call(containers.create, self._engine, spec)
        follower = Follower(self._engine, container, partial(self._log, process.name))
        running = self._running[process.name] = _Running(container, follower)
        self._ports.release(spec.published.values())
        await self._engine.call(follower.attach)
        began = time.monotonic()
        try:
            await self._engine.call(self._engine.api.start, container)
        except APIError as error:
            await self._did_not_run(process, container, error)
            return
        running.meter = Meter(self._engine, container, began)

    async def stop(self, name: str) -> None:
        """Remove its container, and with it all that ran there."""
        running = self._running.pop(name, None)
        if running is None:
            return
        await self._engine.call(containers.remove, self._engine, running.container)
        with suppress(TimeoutError, *TROUBLE):
            async with asyncio.timeout(_LAST_WORDS):
                await asyncio.shield(running.follower.done)
        self._exits.setdefault(name, _KILLED)

    async def signal(self, name: str, number: int) -> None:
        """Send a signal to its first process."""
        await self._do(name, self._engine.api.kill, number)

    async def freeze(self, name: str) -> None:
        """Have the kernel run none of its processes (cgroup freezer)."""
        await self._do(name, self._pause)

    def _pause(self, container: str) -> None:
        # On a busy machine the engine gives up before the kernel has stopped all of them: "unable to freeze".
        for left in reversed(range(_FREEZES)):
            try:
                self._engine.api.pause(container)
            except APIError as error:
                if not left or "unable to freeze" not in str(error):
                    raise
                time.sleep(_BETWEEN)
            else:
                return

    async def thaw(self, name: str) -> None:
        """Have the kernel run them again."""
        await self._do(name, self._engine.api.unpause)

    async def limit(self, name: str, limits: Limits) -> None:
        """Other quotas; one that holds more than it may is ended here where the kernel does not do it."""
        running = self._running.get(name)
        if running is None or await self._do(name, partial(containers.limit, self._engine), limits) is not False:
            return
        self._out_of_memory.add(running.container)
        await self._do(name, self._engine.api.kill)

    async def fill(self, name: str, leaves: int | None) -> None:
        """Its scratch space gets no more room, or all of it back. Raises `RuntimeUnavailable`."""
        image = self._images[self._plan.process(name).image]

        def resize(container: str) -> None:
            disk.resize(self._engine, container, image, containers.SCRATCH, leaves)

        await self._do(name, resize)

    async def _do(self, name: str, what: Callable[..., Any], *args: Any) -> Any:
        """Do something to its container; nothing where it has ended, or is as it should be. Raises `RuntimeLost`."""
        running = self._running.get(name)
        if running is None:
            return None
        try:
            return await self._engine.call(what, running.container, *args)
        except NotFound:
            return None
        except APIError as error:
            if error.is_client_error() or not await self._runs(running.container) or "not paused" in str(error):
                return None
            raise RuntimeLost(f"the engine refused something to {name}: {error.explanation}") from error

    async def _runs(self, container: str) -> bool:
        with suppress(NotFound):
            found = await self._engine.call(self._engine.api.inspect_container, container)
            return bool(found["State"]["Running"])
        return False

    async def exited(self, name: str) -> Exit | None:
        """How it ended, once all its output has been delivered. Raises `RuntimeLost`."""
        self._check()
        running = self._running.get(name)
        if running is not None and running.follower.done.done() and name not in self._exits:
            try:
                end = running.follower.done.result() or _KILLED
                self._exits[name] = Exit(137, True) if running.container in self._out_of_memory else end
            except TROUBLE as error:
                raise RuntimeLost(f"the Docker engine went away: {error}") from error
        return self._exits.get(name)

    async def sample(self, name: str) -> Sample | None:
        """Return what it used, as the engine told last; None until it has told anything. Raises `RuntimeLost`."""
        self._check()
        running = self._running.get(name)
        if running is None or running.meter is None or running.follower.done.done():
            return None
        return running.meter.sample()

    async def close(self) -> None:
        """Remove the world's containers and networks; an engine that is gone keeps them for `gc`."""
        if self._heartbeat:
            self._heartbeat.close()
        self._ports.close()
        with suppress(RuntimeLost, *TROUBLE):
            if self._plan.session:
                await self._sweep()
        self._running.clear()
        await asyncio.to_thread(shutil.rmtree, self._world / "mounts", ignore_errors=True)
        self._engine.rest()

    def _check(self) -> None:
        if self._heartbeat and self._heartbeat.lost:
            raise RuntimeLost("the Docker engine went away while the world was running")

    async def _sweep(self) -> None:
        """Remove everything with this session's label, whoever made it."""
        api, label = self._engine.api, {"label": f"{SESSION}={self._plan.session}"}
        found = await self._engine.call(api.containers, all=True, filters=label)
        await asyncio.gather(*(self._engine.call(containers.remove, self._engine, c["Id"]) for c in found))
        for network in await self._engine.call(api.networks, filters=label):
            with suppress(NotFound):
                await self._engine.call(api.remove_network, network["Id"])

    def _address(self, name: str) -> Address:
        endpoint, owner = self._plan.endpoints[name]
        bind = str(self._hosts[owner.name][endpoint.net])
        if endpoint.net == "edge":
            return Address(bind, "127.0.0.1", self._ports.take(endpoint.udp), endpoint.port)
        return Address(bind, endpoint.name, endpoint.port, endpoint.port)

    def _spec(self, process: Process) -> containers.Spec:
        mounts = [*self._mounts(process), *self._config(process)]
        paths = self._paths(process)
        edge = [e for e in process.endpoints if e.net == "edge"]
        return containers.Spec(
            process=process,
            session=self._plan.session,
            world=str(self._world),
            image=self._images[process.image],
            argv=[self._resolve(word, paths) for word in process.argv],
            env={key: self._resolve(value, paths) for key, value in process.env.items()},
            mounts=mounts,
            workdir=paths[process.workdir] if process.workdir else "/tmp",  # noqa: S108
            addresses=self._hosts[process.name],
            networks=self._networks,
            published={e.port: self._addresses[e.name].port for e in edge},
            resolver=self._resolver(),
            hosts=self._lasting(process),
        )

    def _resolve(self, text: str, paths: Mapping[str, str]) -> str:
        return resolve(text, self._plan, self._addresses, paths)

    def _paths(self, process: Process) -> dict[str, str]:
        return {mount.name: mount.target for mount in process.mounts} | {"config": containers.CONFIG}

    def _mounts(self, process: Process) -> list[Mount]:
        folder = self._world / "mounts" / process.name
        shutil.rmtree(folder, ignore_errors=True)
        sources = {mount.name: mount.source for mount in process.mounts}
        if process.guest:
            place = folder / str(next(self._starts))
            for mount in process.mounts:
                if not mount.writable:
                    sources[mount.name] = private_copy(mount.source, place / mount.name)
        return [
            Mount(m.target, str(sources[m.name].resolve()), type="bind", read_only=not m.writable)
            for m in process.mounts
        ]

    def _config(self, process: Process) -> list[Mount]:
        if process.config is None:
            return []
        path = self._world / "config" / f"{process.name}.json"
        path.unlink(missing_ok=True)
        path.touch(mode=0o644 if process.guest else 0o600)
        path.write_text(self._resolve(process.config, self._paths(process)), encoding="utf-8")
        return [Mount(containers.CONFIG, str(path), type="bind", read_only=True)]

    def _lasting(self, process: Process) -> dict[str, IPv4Address]:
        """Endpoints in its nets but those of the deployment: one that is being replaced has to be nowhere at once."""
        return {
            endpoint.name: self._hosts[owner.name][endpoint.net]
            for endpoint, owner in self._plan.endpoints.values()
            if owner.role != "deployment" and endpoint.net in self._hosts[process.name]
        }

    def _resolver(self) -> IPv4Address | None:
        sinks = [p.name for e, p in self._plan.endpoints.values() if e.udp and e.port == 53 and e.net == "deploy"]
        return self._hosts[sinks[0]]["deploy"] if sinks else None

    async def _did_not_run(self, process: Process, container: str, error: APIError) -> None:
        state = (await self._engine.call(self._engine.api.inspect_container, container))["State"]
        if state["ExitCode"] not in _NOT_RUN:
            raise error
        self._log(process.name, "stderr", f"cannot run {process.argv[0]!r}: no such program, or not executable")
        self._exits[process.name] = Exit(127)
