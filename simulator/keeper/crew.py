"""The processes of a world: start them together, wait until they can take traffic, keep them running."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from simulator.keeper.fieldclient import FieldClient
from simulator.plan import Address, Plan, Process
from simulator.runtime.base import Exit, Runtime, Sample

START_TIMEOUT = 60.0
"""Seconds that a deployment has to become ready."""

POLL = 0.05
RESTART_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before a service that ended by itself is started again, growing with each restart of a lap."""


class SiteLost(Exception):
    """A process of ours ended: the customer's site or the field."""


class DoesNotStart(Exception):
    """The deployment cannot take traffic: the learner's, not ours."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason


class Crew:
    """Starts and watches the processes of `plan` on `runtime`."""

    def __init__(self, runtime: Runtime, plan: Plan) -> None:
        self.runtime = runtime
        self.plan = plan
        self.restarts: dict[str, int] = {}
        self._watched: set[str] = set()

    async def start_site(self) -> None:
        """Start the customer's site and the field; return when they were started, not when they are ready."""
        ours = (*self.plan.of("site"), *self.plan.of("field"))
        await asyncio.gather(*(self.runtime.start(process) for process in ours))

    async def start_deployment(self, snapshot: Path | None = None) -> None:
        """Start every service of the deployment, from another folder when one is given."""
        if snapshot is not None:
            self.plan = replace(self.plan, processes=tuple(_from(p, snapshot) for p in self.plan.processes))
        self.restarts.clear()
        services = self.plan.of("deployment")
        await asyncio.gather(*(self.runtime.start(process) for process in services))
        self._watched = {process.name for process in services}

    async def stop_deployment(self) -> None:
        """End every service of the deployment."""
        self._watched.clear()
        await asyncio.gather(*(self.runtime.stop(process.name) for process in self.plan.of("deployment")))

    async def until_ready(self, field: FieldClient, tell: Callable[[list[str]], None]) -> None:
        """Wait until all can take traffic; `tell` hears what is still waited for, whenever that changes.

        Raises `DoesNotStart`, `SiteLost` and `RuntimeLost`.
        """
        deadline = time.monotonic() + START_TIMEOUT
        waiting, told = ["field"], list[str]()
        while waiting:
            await self.check_ours()
            for process in self.plan.of("deployment"):
                if (end := await self.runtime.exited(process.name)) is not None:
                    await asyncio.sleep(0.2)  # its last lines are still on their way
                    raise DoesNotStart(process.name, _how(end))
            waiting = await field.waiting()
            if waiting != told:
                tell(waiting)
                told = waiting
            if waiting and time.monotonic() > deadline:
                raise self._late(waiting)
            if waiting:
                await asyncio.sleep(POLL)

    def _late(self, waiting: list[str]) -> Exception:
        late = [process.name for process in self.plan.of("deployment") if process.name in waiting]
        if late and len(late) == len(waiting):
            return DoesNotStart(late[0], f"was not ready within {START_TIMEOUT:.0f} s")
        return SiteLost(f"{', '.join(waiting)} was not ready within {START_TIMEOUT:.0f} s")

    async def running(self, name: str) -> bool:
        """Whether a service of the deployment was started and has not ended. Raises `RuntimeLost`."""
        return name in self._watched and await self.runtime.exited(name) is None

    async def check_ours(self) -> None:
        """Raises `SiteLost` when a process of ours has ended."""
        for process in (*self.plan.of("site"), *self.plan.of("field")):
            if (end := await self.runtime.exited(process.name)) is not None:
                raise SiteLost(f"{process.name} {_how(end)}")

    async def supervise(self, restarted: Callable[[str, Exit], None]) -> None:
        """For ever: start services that ended again, as a platform would. Raises `SiteLost` and `RuntimeLost`."""
        while True:
            await self.check_ours()
            for process in self.plan.of("deployment"):
                if process.name in self._watched and (end := await self.runtime.exited(process.name)) is not None:
                    restarted(process.name, end)
                    await self._start_again(process)
            await asyncio.sleep(0.25)

    async def _start_again(self, process: Process) -> None:
        times = self.restarts.get(process.name, 0)
        self.restarts[process.name] = times + 1
        await asyncio.sleep(RESTART_PAUSES[min(times, len(RESTART_PAUSES) - 1)])
        if process.name in self._watched:
            await self.runtime.start(self.plan.process(process.name))

    async def samples(self) -> Mapping[str, Sample]:
        """What each running process has used."""
        names = [process.name for process in self.plan.processes]
        found = await asyncio.gather(*(self.runtime.sample(name) for name in names))
        return {name: sample for name, sample in zip(names, found, strict=True) if sample is not None}


def _from(process: Process, snapshot: Path) -> Process:
    if process.role != "deployment":
        return process
    mounts = tuple(replace(m, source=snapshot) if m.name == "workspace" else m for m in process.mounts)
    return replace(process, mounts=mounts)


def _how(end: Exit) -> str:
    return "ran out of memory" if end.out_of_memory else f"ended with exit code {end.code}"


def url(address: Address) -> str:
    """Where the host reaches an endpoint."""
    return address.url()
