"""The local runtime, with its deployment under guard."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from simulator import scratch
from simulator.plan import Address, Endpoint, Limits, Plan, Process
from simulator.runtime import orphans
from simulator.runtime.base import Exit, LogSink, Progress, RuntimeLost, RuntimeUnavailable
from simulator.runtime.box import cpu, guests, memory, seals, workbench
from simulator.runtime.box.guests import Guest, Users
from simulator.runtime.copies import private_copy
from simulator.runtime.local import LOOPBACK, LocalRuntime, Start

_WATCH = 0.05
"""Seconds between two looks at what a service holds in memory; in that time it takes some 100 MB at most."""
_SHARE = 20
"""Part of the time that looking may take: one in so many, on a machine with very many processes."""
_PACE = 4 * 2**20
"""Bytes a second that are read of what a service prints; who prints more waits. Reading must not cost us a core."""
_FIELD_STARTS = 120.0
"""Seconds that the field may take until it listens. A busy machine costs time, and nobody is blamed for it."""
_LISTENS = "0A"
_DNS = 53


class BoxRuntime(LocalRuntime):
    """Executes a plan as processes of the container that it runs in; implements `simulator.runtime.base.Runtime`."""

    name = "box"

    def __init__(
        self, world: Path, secrets: Sequence[Path] = (), words: Collection[str] = (), alone: bool = False
    ) -> None:
        """`secrets` are folders to be closed to the deployment, beside the world's and our own code.

        `words` are what no command line of the machine should say; `alone`: the container holds nothing else.
        """
        super().__init__(world)
        self._alone = alone
        self._words = words
        self._secrets = (self._world, *secrets)
        self._users = Users(self._world)
        self._guests: dict[str, Guest] = {}
        self._sockets = Path()
        self._area = Path()
        self._programs: tuple[Path, ...] = ()
        self._copied: dict[Path, Path] = {}
        """What was copied to where."""
        self._limits: dict[int, tuple[str, int]] = {}
        """Service and most bytes, by user."""
        self._kills: dict[str, int] = {}
        """How many processes the kernel had killed for memory when a service was started."""
        self._watchers: tuple[asyncio.Task[None], ...] = ()
        self._lost: str | None = None

    async def open(self, plan: Plan, log: LogSink, progress: Progress) -> Mapping[str, Address]:
        """Close what is secret, make users and addresses. Raises `RuntimeUnavailable`, `OSError`."""
        if reason := seals.obstacle():
            raise RuntimeUnavailable(reason)
        await asyncio.to_thread(self._prepare, plan, progress)
        return await super().open(plan, log, progress)

    def _prepare(self, plan: Plan, progress: Progress) -> None:
        orphans.adopt()
        seals.close(self._secrets)
        self._sockets = scratch.make(plan.session, self._world)
        self._area = scratch.make(plan.session, self._world, Path("/tmp"))  # noqa: S108
        self._area.chmod(0o711)
        self._programs = (workbench.programs(),)
        for process in plan.guests:
            uid = self._users.take()
            self._guests[process.name] = Guest(uid, self._area / f"home-{uid}", self._area / f"files-{uid}")
        for guest in list(self._guests.values())[:1]:
            self.unsealed = seals.unsealed(guest, (*self._secrets, self._sockets), self._words)
        for what in self.unsealed:
            progress(f"not sealed: {what}")

    def _address(self, endpoint: Endpoint) -> Address:
        """Return a port only for what the deployment may reach; the rest is in a folder that it cannot enter."""
        if endpoint.net != "deploy":
            path = str(self._sockets / endpoint.name)
            return Address(path, path, 0, 0)
        if endpoint.udp and endpoint.port == _DNS and self._ports.hold(_DNS, udp=True):
            return Address(LOOPBACK, LOOPBACK, _DNS, _DNS)
        return super()._address(endpoint)

    async def start(self, process: Process) -> None:
        """As the local runtime does; the deployment only once the field listens, so that it can take no port of it."""
        guest = self._guests.get(process.name)
        if guest is None:
            await super().start(process)
            return
        await self._until_field_listens()
        await self.stop(process.name)
        await asyncio.to_thread(self._lay_out, guest, process)
        self._kills[process.name] = memory.kills()
        await super().start(process)
        if running := self._running.get(process.name):
            used = await asyncio.to_thread(self._usage, process.name, running.process.pid)
            running.sampled = time.monotonic(), used[0] + self._buried(process.name)
        self._limits[guest.uid] = process.name, process.limits.memory
        if not self._watchers:
            watchers = (self._watch_memory(), self._watch_container())
            self._watchers = tuple(asyncio.create_task(watcher) for watcher in watchers)

    async def stop(self, name: str) -> None:
        """End all that ever ran as its user."""
        await super().stop(name)
        if guest := self._guests.get(name):
            await asyncio.to_thread(self._end_guest, guest)

    async def limit(self, name: str, limits: Limits) -> None:
        """Watch for that much memory from now on; it has no quota of the cores. Raises `RuntimeUnavailable`."""
        guest = self._guests.get(name)
        if guest is None:
            raise RuntimeUnavailable(f"{name} is no service of the deployment, and only those are bounded in a box")
        self._limits[guest.uid] = name, limits.memory

    async def exited(self, name: str) -> Exit | None:
        """How it ended. Raises `RuntimeLost` when the deployment cannot be ended, or is not watched any more."""
        if self._lost is not None:
            raise RuntimeLost(self._lost)
        for watcher in self._watchers:
            if watcher.done() and not watcher.cancelled():
                raise RuntimeLost(f"the deployment's memory is not watched: {watcher.exception()}")
        return await super().exited(name)

    async def close(self) -> None:
        """End every process of the world, and remove all that is left of its guests."""
        for watcher in self._watchers:
            watcher.cancel()
        await super().close()
        for guest in self._guests.values():
            await asyncio.to_thread(self._end_guest, guest)
            await asyncio.to_thread(guest.clear)
        self._users.close()
        for folder in (self._sockets, self._area):
            if folder != Path():
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _start_of(self, process: Process) -> Start:
        guest = self._guests.get(process.name)
        if guest is None:
            return super()._start_of(process)
        paths = {mount.name: str(guest.files / mount.name) for mount in process.mounts}
        env = guests.environment(process, guest, self._programs)
        return Start(
            argv=[*guest.launcher(process), *(self._resolve(word, paths) for word in process.argv)],
            env=env | {key: self._resolve(value, paths) for key, value in process.env.items()},
            cwd=paths[process.workdir] if process.workdir else str(guest.home),
        )

    def _lay_out(self, guest: Guest, process: Process) -> None:
        """Make a fresh home, and copies of the plan's folders, readable and no more."""
        guest.clear()
        for mount in process.mounts:
            target = guest.files / mount.name
            if self._copied.get(target) != mount.source:
                shutil.rmtree(target, ignore_errors=True)
                self._copied[target] = mount.source
                private_copy(mount.source, target)

    async def _until_field_listens(self) -> None:
        """Wait until the field listens, or a process of ours has ended, which is for others to tell."""
        wanted = {
            f"{self._addresses[e.name].port:04X}"
            for p in self._plan.of("field")
            for e in p.endpoints
            if e.net == "deploy" and not e.udp
        }
        ours = [p.name for p in self._plan.processes if not p.guest]
        deadline = time.monotonic() + _FIELD_STARTS
        while not wanted <= _listening() and not any(name in self._exits for name in ours):
            if time.monotonic() > deadline:
                raise RuntimeLost(f"the field did not listen within {_FIELD_STARTS:.0f} s")
            await asyncio.sleep(0.02)

    def _members(self, name: str, pid: int) -> Iterator[psutil.Process]:
        guest = self._guests.get(name)
        if guest is None:
            yield from super()._members(name, pid)
            return
        yield from _launching(pid)
        yield from guest.members()

    def _usage(self, name: str, pid: int) -> tuple[float, int, int]:
        """With the CPU of processes that came and went; of several services each gets its part, as nobody can tell."""
        seconds, held, pids = super()._usage(name, pid)
        if self._alone and name in self._guests:
            seconds += cpu.hidden(os.getpid()) / len(self._guests)
        return seconds, held, pids

    def _buried(self, name: str) -> float:
        return 0.0 if self._alone else super()._buried(name)

    def _end(self, name: str, pid: int) -> None:
        guest = self._guests.get(name)
        if guest is None:
            super()._end(name, pid)
            return
        for process in _launching(pid):
            with suppress(psutil.Error):
                process.kill()
        self._end_guest(guest)

    def _how(self, name: str, code: int) -> Exit:
        """On a busy machine the kernel may have to do what `_watch_memory` and `_watch_container` are for."""
        end = super()._how(name, code)
        killed = code == -signal.SIGKILL and name in self._kills and memory.kills() > self._kills[name]
        return replace(end, out_of_memory=killed)

    def _end_guest(self, guest: Guest) -> None:
        try:
            guest.end()
        except (OSError, subprocess.SubprocessError) as error:
            self._lost = f"the deployment could not be ended: {error}"
        self._reap({guest.uid})

    def _reap(self, users: set[int]) -> None:
        self._orphans.seconds += guests.reap(users, self._children)

    def _environment(self, process: Process, paths: Mapping[str, str]) -> dict[str, str]:
        """Ours keep their scratch folders where the deployment cannot fill the disk."""
        return super()._environment(process, paths) | {"TMPDIR": tempfile.gettempdir()}

    def _rest(self, name: str, size: int) -> float:
        return size / _PACE if name in self._guests else 0.0

    async def _watch_memory(self) -> None:
        """End services that hold more than their limit."""
        while True:
            began = time.monotonic()
            for uid in await asyncio.to_thread(memory.over, {u: most for u, (_, most) in self._limits.items()}):
                await self._out_of_memory(self._limits[uid][0])
            await asyncio.to_thread(self._reap, set(self._limits))
            await asyncio.sleep(max(_WATCH, _SHARE * (time.monotonic() - began)))

    async def _watch_container(self) -> None:
        """End all services when the container is about to have no memory left: ours never come near that."""
        while True:
            if await asyncio.to_thread(memory.scarce):
                for name, _ in list(self._limits.values()):
                    await self._out_of_memory(name)
            await asyncio.sleep(_WATCH)

    async def _out_of_memory(self, name: str) -> None:
        running = self._running.get(name)
        if running is not None and name not in self._exits:
            self._reasons[name] = Exit(137, out_of_memory=True)
            await asyncio.to_thread(self._end, name, running.process.pid)


def _launching(pid: int) -> Iterator[psutil.Process]:
    """Yield a child that has not become its guest yet."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if process.ppid() == os.getpid() and process.uids().real == os.geteuid():
            yield process


def _listening() -> set[str]:
    lines = Path("/proc/self/net/tcp").read_text().splitlines()[1:]
    sockets = (line.split() for line in lines)
    return {local.partition(":")[2] for _, local, _, state, *_ in sockets if state == _LISTENS}
