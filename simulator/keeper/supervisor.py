"""The processes of a world: start them together, wait until they can take traffic, keep them running."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.keeper import starvation as patience
from simulator.keeper.errors import DoesNotStart, SiteLost, Starved
from simulator.plan import Address, Limits, Plan, Process
from simulator.runtime.base import Exit, Runtime, Sample

if TYPE_CHECKING:
    from simulator.keeper.fieldclient import FieldClient

START_TIMEOUT = 60.0
"""Seconds that a deployment has to become ready."""
STARVED_TIMEOUT = 180.0
"""Seconds that it has where the machine lets it hardly run, and that the customer's site and the field have."""
_LOOK = 1.0
"""Seconds between two looks at what a deployment that is not ready yet gets of the machine."""

_SIGNALLED = 128
"""Exit codes from here on are of processes that something else ended."""

POLL = 0.1
RESTART_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before a service that ended by itself is started again, growing with each restart of a lap."""


class ProcessSupervisor:
    """Starts and watches the processes of `plan` on `runtime`."""

    def __init__(self, runtime: Runtime, plan: Plan) -> None:
        self.runtime = runtime
        self.plan = plan
        self.restarts: dict[str, int] = {}
        """How often each service ended by itself since the deployment was started."""
        self.limits: dict[str, Limits] = {}
        """What processes may use that have less than the plan says."""
        self._watched: set[str] = set()
        self._held: set[str] = set()
        self._site_up = False
        """Whether all that is ours has been ready."""
        self._sound: set[str] = set()
        """Services that found all that is ours ready when they were started."""
        self.deployments = 0
        """How often the deployment was started as a whole."""
        self._turn = asyncio.Lock()
        """Held by who starts or stops services of the deployment, so that none is started twice."""

    async def start_site(self) -> None:
        """Start the customer's site and the field; return when they were started, not when they are ready."""
        ours = (*self.plan.of("site"), *self.plan.of("field"))
        await asyncio.gather(*(self.runtime.start(process) for process in ours))

    async def start_deployment(self, snapshot: Path | None = None) -> None:
        """Start every service of the deployment, from another folder when one is given."""
        if snapshot is not None:
            self.plan = replace(self.plan, processes=tuple(_from(p, snapshot) for p in self.plan.processes))
        self.restarts.clear()
        self.limits.clear()
        services = self.plan.of("deployment")
        names = {process.name for process in services}
        # Whoever runs yet is ended, and not by itself.
        self._watched.clear()
        async with self._turn:
            self.deployments += 1
            self._sound = set(names) if self._site_up else set()
            await asyncio.gather(*(self.runtime.start(process) for process in services))
            self._watched = names

    async def stop_deployment(self) -> None:
        """End every service of the deployment."""
        self._watched.clear()
        async with self._turn:
            await asyncio.gather(*(self.runtime.stop(process.name) for process in self.plan.of("deployment")))

    async def until_ready(
        self, field: "FieldClient", tell: Callable[[list[str]], None], again: Callable[[str, Exit], None]
    ) -> None:
        """Wait until all can take traffic; `tell` hears what is still waited for, whenever that changes.

        `again` hears of each service that ended before all that is ours was ready, and is started again when it is.
        Raises `DoesNotStart`, `Starved`, `SiteLost` and `RuntimeLost`.
        """
        wait = _Wait(self)
        waiting, told = ["field"], list[str]()
        while waiting:
            await self.check_ours()
            for process in () if self._turn.locked() else self.plan.of("deployment"):
                if (end := await self.runtime.exited(process.name)) is not None:
                    await self._ended_early(process.name, end, again)
            waiting = await field.waiting()
            self._site_up = self._site_up or self.services.issuperset(waiting)
            if waiting != told:
                tell(waiting)
                told = waiting
            if waiting:
                await wait.on(waiting)

    async def _ended_early(self, name: str, end: Exit, again: Callable[[str, Exit], None]) -> None:
        """Judge a service that ended before it took traffic; what it met while ours was not ready is not its doing."""
        if name in self._sound or name not in self._watched:
            await asyncio.sleep(0.2)  # its last lines are still on their way
            raise DoesNotStart(name, _how(end))
        if self._site_up:
            self._sound.add(name)
            again(name, end)
            await self._start(name)

    @property
    def services(self) -> frozenset[str]:
        """Names of the deployment's services."""
        return frozenset(process.name for process in self.plan.of("deployment"))

    async def running(self, name: str) -> bool:
        """Whether a service of the deployment was started and has not ended. Raises `RuntimeLost`."""
        return name in self._watched and await self.runtime.exited(name) is None

    async def check_ours(self) -> None:
        """Check that all processes of ours run. Raises `SiteLost` when one has ended."""
        for process in (*self.plan.of("site"), *self.plan.of("field")):
            if (end := await self.runtime.exited(process.name)) is not None:
                raise SiteLost(f"{process.name} {_how(end)}", process.name if end.code < _SIGNALLED else None)

    def hold(self, name: str) -> None:
        """Somebody else ends this service, and starts it again by `release`: that is no doing of its own."""
        self._held.add(name)

    async def release(self, name: str) -> None:
        """Start a service that was held, unless the whole deployment was stopped meanwhile."""
        try:
            await self._start(name)
        finally:
            self._held.discard(name)

    async def _start(self, name: str) -> None:
        """Start a service that has ended, unless the whole deployment was stopped or replaced meanwhile."""
        async with self._turn:
            if name in self._watched and not await self.running(name):
                process = self.plan.process(name)
                await self.runtime.start(replace(process, limits=self.limits.get(name, process.limits)))

    async def supervise(
        self, restarted: Callable[[str, Exit], bool], started: Callable[[str], Awaitable[None]]
    ) -> None:
        """For ever: start services that ended again, as a platform would. Raises `SiteLost` and `RuntimeLost`.

        `restarted` hears of each, and says whether it ended by itself; `started` when it was started again. While one
        waits to be started, the others and what is ours are looked after all the same.
        """
        again: dict[str, asyncio.Task[None]] = {}
        try:
            while True:
                await self.check_ours()
                for name in [name for name, task in again.items() if task.done()]:
                    again.pop(name).result()
                for name in sorted(self.services - again.keys()):
                    if (end := await self._ended(name)) is not None:
                        coming = self._start_again(name, restarted(name, end), started)
                        again[name] = asyncio.ensure_future(coming)
                await asyncio.sleep(0.25)
        finally:
            for task in again.values():
                task.cancel()
            await asyncio.gather(*again.values(), return_exceptions=True)

    async def _ended(self, name: str) -> Exit | None:
        """How a service ended that is to run."""
        end = await self.runtime.exited(name)
        return end if name in self._watched and name not in self._held else None

    async def _start_again(self, name: str, by_itself: bool, started: Callable[[str], Awaitable[None]]) -> None:
        times = self.restarts.get(name, 0)
        if by_itself:
            self.restarts[name] = times + 1
        await asyncio.sleep(RESTART_PAUSES[min(times, len(RESTART_PAUSES) - 1)])
        if await self._ended(name) is not None:
            await self._start(name)
            await started(name)

    async def samples(self) -> Mapping[str, Sample]:
        """Return what each running process has used."""
        names = [process.name for process in self.plan.processes]
        found = await asyncio.gather(*(self.runtime.sample(name) for name in names))
        return {name: sample for name, sample in zip(names, found, strict=True) if sample is not None}


class _Wait:
    """For a deployment to become ready: how long already, and what it had of the machine meanwhile.

    A deployment's time counts from when all that is ours was ready: waiting for what is ours blames nobody.
    """

    def __init__(self, crew: ProcessSupervisor) -> None:
        self._crew = crew
        self._began = self._looked = self._alone = time.monotonic()
        self._machine = patience.machine()
        self._looks: list[patience.Look] = []

    async def on(self, waiting: list[str]) -> None:
        """Wait a moment longer. Raises `DoesNotStart`, `Starved` or `SiteLost` when it has been enough."""
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            await self._look(now)
        ours = not self._crew.services.issuperset(waiting)
        if ours:
            self._alone = now
        seconds = now - (self._began if ours else self._alone)
        if seconds > START_TIMEOUT:
            self._enough(waiting, ours, seconds)
        await asyncio.sleep(POLL)

    async def _look(self, now: float) -> None:
        machine, samples = patience.machine(), await self._crew.samples()
        used = sum(samples[process.name].cpu for process in self._services if process.name in samples)
        self._looks.append(patience.Look(now - self._looked, used, machine.since(self._machine)))
        self._looked, self._machine = now, machine

    @property
    def _services(self) -> tuple[Process, ...]:
        return self._crew.plan.of("deployment")

    def _enough(self, waiting: list[str], ours: bool, seconds: float) -> None:
        late = [process.name for process in self._services if process.name in waiting]
        limit = sum(process.limits.cpus for process in self._services)
        busy = patience.starved(self._looks, limit, os.cpu_count() or 1)
        if (busy is not None or ours) and seconds <= STARVED_TIMEOUT:
            return
        if ours:
            raise SiteLost(f"{', '.join(waiting)} was not ready within {seconds:.0f} s" + (f": {busy}" if busy else ""))
        if busy is not None:
            raise Starved(late[0], f"was not ready within {seconds:.0f} s: {busy}")
        raise DoesNotStart(late[0], f"was not ready within {seconds:.0f} s")


def _from(process: Process, snapshot: Path) -> Process:
    if not process.guest:
        return process
    mounts = tuple(replace(m, source=snapshot) if m.name == "workspace" else m for m in process.mounts)
    return replace(process, mounts=mounts)


def _how(end: Exit) -> str:
    return "ran out of memory" if end.out_of_memory else f"ended with exit code {end.code}"


def url(address: Address) -> str:
    """Where the host reaches an endpoint."""
    return address.url()
