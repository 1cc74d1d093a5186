"""A world whose processes were started: its laps, one after the other, and what clients change meanwhile."""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from simulator import room
from simulator.field.events import ABORTED
from simulator.keeper.burden import Scales
from simulator.keeper.ending import within
from simulator.keeper.errors import DoesNotStart, FieldLost, Starved
from simulator.keeper.events import EventLog
from simulator.keeper.journal import Journal
from simulator.keeper.leases import Leases
from simulator.keeper.live import Live
from simulator.keeper.process_injection import ProcessInjector
from simulator.keeper.spec import WorldSpec
from simulator.keeper.supervisor import ProcessSupervisor, url
from simulator.keeper.workspace_tests import WorkspaceTests
from simulator.plan import Address, is_path
from simulator.planner import doorway, ingress
from simulator.protocol import events as told
from simulator.protocol.control import Holder
from simulator.runtime.base import Exit

if TYPE_CHECKING:
    from simulator.keeper.fieldclient import FieldClient

LEASE_LOOK = 0.5
"""Seconds between looks at whether who wanted a pause still lives."""
FREE_SECONDS = 5.0
"""Seconds that closing connections may take."""


class OpenWorld:
    """A world that has processes and a field: it runs laps until it has run as many as it is to."""

    def __init__(
        self, spec: WorldSpec, crew: ProcessSupervisor, field: "FieldClient", addresses: Mapping[str, Address],
        tests: WorkspaceTests, *, events: EventLog, journal: Journal, live: Live, last_room: room.LastRoom,
    ) -> None:  # fmt: skip
        """`journal` has begun the record of the first lap."""
        self.spec = spec
        self.crew = crew
        self.field = field
        self.injector = ProcessInjector(crew, journal.struck)
        self.addresses = addresses
        self._tests = tests
        self.phase: Literal["starting", "running", "paused", "broken"] = "starting"
        """What it is doing. broken: it waits for a redeploy."""
        self.leases = Leases()
        self._events = events
        self._journal = journal
        self._live = live
        self._room = last_room
        self._go = asyncio.Event()
        self._go.set()
        self._anew = asyncio.Event()
        """Set by who starts the deployment anew, so that one that did not start may start now."""
        self._changing = asyncio.Lock()
        """Held by who starts or stops the deployment as a whole, begins a lap or ends it."""
        self._resting: asyncio.Task[None] | None = None
        """Waits for the last holder of the pause to be gone."""
        self._scales = Scales(self.services)
        self._first: str | None = None
        """Phase that the next lap begins with, when somebody wants one."""
        self._record = journal.record or journal.begin()

    @property
    def services(self) -> list[str]:
        """Names of the deployment's services."""
        return list(self.spec.scenario.deployment.services)

    def urls(self) -> dict[str, str]:
        """Where each service of the deployment answers, through the field."""
        return {service: url(self.addresses[ingress(service)]) for service in self.services}

    def doorways(self) -> dict[str, str]:
        """Where the owner of a practice world reaches each part through its link, as host and port."""
        found = {part: self.addresses.get(doorway(part)) for part in self.spec.scenario.site}
        return {part: f"{at.host}:{at.port}" for part, at in found.items() if at is not None and not is_path(at.host)}

    async def run(self) -> None:
        """Run laps. Returns when all are done; raises what ends the world before."""
        while True:
            await self._go.wait()
            self.phase = "starting"
            played = await self.ready() and await self.one_lap()
            if self.spec.laps is not None and self._journal.lap >= self.spec.laps:
                return
            self._record = self._journal.begin()
            async with self._changing:
                # First nobody is left who could write to what is made fresh for the next.
                await self.crew.stop_deployment()
                if played:
                    await self.field.renew()
                if self._go.is_set():
                    await self.crew.start_deployment()

    async def close(self) -> str | None:
        """Free the connections; None once that is done, else what is left."""
        if self._resting is not None:
            self._resting.cancel()
        return await within(FREE_SECONDS, "the connections to the field", self.field.close())

    async def ready(self) -> bool:
        """Wait until a lap can begin; False when none can: the deployment does not start, or was stopped meanwhile."""
        while True:
            deployment = self.crew.deployments
            try:
                await self.crew.until_ready(
                    self.field, lambda names: self._events.emit(told.Waiting(names=tuple(names))), self._restart
                )
                break
            except DoesNotStart as error:
                async with self._changing:
                    if not self._go.is_set():  # paused meanwhile: it was us who stopped it
                        return False
                    if self.crew.deployments != deployment:  # another runs by now
                        continue
                    await self._does_not_start(error)
            if self.spec.laps is None:
                await self._anew.wait()
            return False
        await self._tests.run(self._record)
        self._events.emit(told.Ready(lap=self._journal.lap, services=self.urls()))
        return True

    async def _does_not_start(self, error: DoesNotStart) -> None:
        if isinstance(error, Starved) and self.spec.exam:
            raise error
        last = self._record.did_not_start(error.service, error.reason)
        self._record.close()
        await self.crew.stop_deployment()
        self._events.emit(
            told.DeploymentFailed(service=error.service, reason=error.reason, last_lines=tuple(last))
        )  # fmt: skip
        self.phase = "broken"
        self._anew.clear()

    async def one_lap(self) -> bool:
        """Run a lap to its end; False when a pause came before it."""
        watch = asyncio.ensure_future(self._watch())
        follow = asyncio.ensure_future(self.follow())
        try:
            async with self._changing:
                if not self._go.is_set():
                    return False
                self.phase = "running"
                first, self._first = self._first, None
                await self.field.begin(self._journal.lap, int(self._record.run["seed"]), first, self.spec.seed)
            done, _ = await asyncio.wait({watch, follow}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (watch, follow):
                task.cancel()
            self.injector.drop()
            ended = asyncio.gather(watch, follow, return_exceptions=True)
            await within(FREE_SECONDS, "watching the lap", ended)
        return True

    async def _watch(self) -> None:
        supervise = asyncio.ensure_future(self.crew.supervise(self._restarted, self.injector.renew))
        try:
            while not supervise.done():
                await asyncio.wait({supervise}, timeout=1.0)
                self.injector.check()
                samples = await self.crew.samples()
                self._scales.look(samples, self._record.start is not None)
                self._live.sampled(samples)
                for name, sample in samples.items():
                    self._record.used(name, sample)
                    self._record.flush()
            supervise.result()
        finally:
            supervise.cancel()

    async def follow(self) -> None:
        """Follow what the field tells of the lap, and write it down, until the lap is over."""
        async for event in self.field.events(after=0):
            if event.lap != self._journal.lap:
                continue
            if isinstance(event, told.LapFailed) and not self._aborted(event):
                event = event.model_copy(update=self._room.told(event.reason))
            await self._heed(event)
            self._events.emit(event)
            if isinstance(event, told.LapFinished | told.LapFailed):
                return

    async def _heed(self, event: told.FieldEvent) -> None:
        """Do what an event of the lap asks for; when it ends, the deployment is whole before anybody hears of it."""
        record = self._record
        match event:
            case told.ProcessFaultChanged():
                self.injector.tell(event)
            case told.LapStarted():
                record.started(event.timeline, event.at)
            case told.PhaseBegan():
                record.began(event.at)
            case told.ToxicsChanged():
                record.tampered(event.at, event.active)
            case told.LapFinished():
                await self.injector.lift()
                await self.crew.check_ours()
                slowdown, others = self._scales.told(event.turns)
                record.close(
                    timeline=event.timeline, lag_p99=event.lag_p99, overdrawn=event.overdrawn, slowdown=slowdown,
                    others=others,
                )  # fmt: skip
            case told.LapFailed():
                await self.injector.lift()
                aborted = self._aborted(event)
                record.close(aborted=aborted, failed=None if aborted else event.reason)

    def _aborted(self, event: told.LapFailed) -> bool:
        """Whether a lap ended because somebody wanted it to, who may."""
        return event.reason == ABORTED and not self.spec.exam

    def _restarted(self, service: str, end: Exit) -> bool:
        """Return whether a service that has ended did so by itself, and not by a fault."""
        by_itself = not self.injector.took(service, end)
        if by_itself:
            self._record.restarted(service, end)
        self._restart(service, end)
        return by_itself

    def _restart(self, service: str, end: Exit) -> None:
        """Tell of a service that has ended. Before the site was ready, that is no doing of its own."""
        self._events.emit(told.Restarted(service=service, code=end.code, out_of_memory=end.out_of_memory))

    async def redeploy(self, snapshot: Path) -> None:
        """Replace the deployment by the one in folder `snapshot`, which the world owns from now on."""
        async with self._changing:
            await self.injector.lift()
            await self.crew.start_deployment(snapshot)
            # Whatever the world is doing: nothing from before says anything of what runs now.
            self._record.redeployed()
        self._events.emit(told.Redeployed(lap=self._journal.lap))
        self._anew.set()

    async def jump(self, phase: str) -> None:
        """End the running lap, if one runs, and begin the next one with `phase`."""
        async with self._changing:
            self._first = phase
            self._events.emit(told.Jumping(phase=phase))
            await self.field.abort()

    async def pause(self, holder: Holder | None = None) -> None:
        """End the running lap and stop the deployment until `resume`, or until no `holder` that asked for it lives."""
        if holder is not None:
            self.leases.take(holder)
            self._resting = self._resting or asyncio.create_task(self._resume_alone())
        self._go.clear()
        self.phase = "paused"
        async with self._changing:
            with contextlib.suppress(FieldLost):
                await self.field.abort()
            await self.crew.stop_deployment()
        self._events.emit(told.Paused())

    async def _resume_alone(self) -> None:
        while self.leases.held():  # noqa: ASYNC110 - no event tells of the end of a process that is not ours
            await asyncio.sleep(LEASE_LOOK)
        self._resting = None
        await self.resume()

    async def resume(self, holder: Holder | None = None) -> None:
        """Go on after `pause`, with a new lap; stays as it is while another holder than this one wants rest."""
        self.leases.give(holder)
        async with self._changing:
            if self._go.is_set() or self.leases.held():
                return
            await self.crew.start_deployment()
            self._go.set()
        self._events.emit(told.Resumed())
        self._anew.set()
