"""The life of one world: open, laps, close."""

import asyncio
import contextlib
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator import room
from simulator.evidence import held
from simulator.field import toxiproxy
from simulator.field.events import ABORTED
from simulator.keeper.burden import Scales
from simulator.keeper.ending import within
from simulator.keeper.events import EventLog
from simulator.keeper.last_lines import LastWords
from simulator.keeper.leases import Holder, Leases
from simulator.keeper.live import Live
from simulator.keeper.process_injection import ProcessInjector, refusal
from simulator.keeper.record import LapRecord
from simulator.keeper.spec import WorldFiles, WorldSpec
from simulator.keeper.supervisor import DoesNotStart, FieldLost, ProcessSupervisor, SiteLost, Starved, url
from simulator.plan import Address
from simulator.planner import CONTROL, ingress, plan
from simulator.runtime import choose
from simulator.runtime.base import Exit, Runtime, RuntimeLost, RuntimeUnavailable
from simulator.seeds import child

if TYPE_CHECKING:
    from simulator.keeper.fieldclient import FieldClient

KEPT_LAPS = 3
MAX_OWN_LINES = 10_000
"""Lines of our own processes that are kept a lap: what the deployment sends them can make them print."""
LEASE_LOOK = 0.5
"""Seconds between looks at whether who wanted a pause still lives."""
CLOSE_SECONDS, FREE_SECONDS = 120.0, 5.0
"""That taking everything down may take, on a machine or an engine that is busy; and that closing connections may."""
OURS = (SiteLost, Starved, FieldLost, RuntimeLost)
"""Ends of a world that are never the learner's fault."""


class Keeper:
    """Runs the world that `files` describe until its laps are done or `stop` is called."""

    def __init__(self, files: WorldFiles, spec: WorldSpec, runtime: tuple[Runtime, str] | None = None) -> None:
        """`runtime`, and why it is that one; left out, the one that the spec names is chosen here."""
        self.spec = spec
        self.files = files
        self.events = EventLog(files.events)
        self._room = room.LastRoom(files.folder)
        self.phase = "starting"
        """What the world is doing: starting · running · paused · broken (waits for a redeploy) · stopping."""
        self.lap = 0
        self.record: LapRecord | None = None
        self.crew: ProcessSupervisor | None = None
        self.strikes: ProcessInjector | None = None
        self.field: FieldClient | None = None
        self.started = asyncio.Event()
        """Set once its processes were started, or that has failed."""
        self.addresses: Mapping[str, Address] = {}
        self.live = Live(self)
        self.snapshot = Path(spec.snapshot)
        self.token = secrets.token_urlsafe(24)
        self.runtime, self.why = runtime or choose(spec.runtime, files.folder)
        self._go = asyncio.Event()
        self._go.set()
        self._anew = asyncio.Event()
        """Set by who starts the deployment anew, so that one that did not start may start now."""
        self._changing = asyncio.Lock()
        """Held by who starts or stops the deployment as a whole, begins a lap or ends it."""
        self._main: asyncio.Task[None] | None = None
        self.leases = Leases()
        self._resting: asyncio.Task[None] | None = None
        """Waits for the last holder of the pause to be gone."""
        self._scales = Scales(self._services())
        self._own_lines = 0
        self._last_words = LastWords()
        self._first: str | None = None
        """Phase that the next lap begins with, when somebody wants one."""

    async def run(self) -> None:
        """Open the world, run its laps, and close it, whatever happens."""
        self._main = asyncio.ensure_future(self._live())
        reason: str | None = None
        try:
            await self._main
        except asyncio.CancelledError:
            reason = "stopped"
        except RuntimeUnavailable as error:
            reason = str(error)
            self.events.emit("failed", reason=reason, unavailable=True)
        except OURS as error:
            reason = self._fail(self._last_words.why(error))
        except Exception as error:
            full = room.caused(error)
            reason = self._fail(f"the keeper failed: {type(error).__name__}: {error}", full)
            if not full:
                raise
        finally:
            self.started.set()
            await self._close(reason)

    def _fail(self, reason: str, full: bool = False) -> str:
        """Tell why the world ends, which is not the learner's doing; returns it as it was told."""
        facts = self._room.told(reason, full)
        with contextlib.suppress(OSError):
            self.events.emit("failed", **facts)
        return str(facts["reason"])

    def stop(self) -> None:
        """End the world; `run` returns when nothing of it is left."""
        self.phase = "stopping"
        if self._main is not None:
            self._main.cancel()

    async def _close(self, reason: str | None) -> None:
        self.phase = "stopping"
        if self._resting is not None:
            self._resting.cancel()
        # Nothing of the world may stay, also where the disk has no room for a last word.
        with contextlib.suppress(OSError):
            if self.record is not None and not self.record.closed:
                self.record.close(failed=reason or "the world ended")
        left = await self._take_down()
        with contextlib.suppress(OSError):
            self.events.emit("stopped", **({"left": left} if left else {}))

    async def _take_down(self) -> str | None:
        """Free everything; None once that is done, else what is left for `gc`."""
        said = None
        if self.field is not None:
            said = await within(FREE_SECONDS, "the connections to the field", self.field.close())
        return await within(CLOSE_SECONDS, "taking down the processes", self.runtime.close()) or said

    async def _open(self) -> "tuple[ProcessSupervisor, FieldClient]":
        """Start everything that the world is made of, ready or not."""
        self.events.emit("progress", text=f"runtime {self.runtime.name}: {self.why}")
        if reason := refusal(self.spec.scenario, self.runtime.name):
            raise RuntimeUnavailable(reason)
        self.files.laps.mkdir(exist_ok=True)
        spec = self.spec
        site = spec.site_files
        world = plan(spec.scenario, spec.session, self.snapshot, self.files.laps, self.token, site, not spec.exam)
        self.addresses = await self.runtime.open(world, self._log, lambda text: self.events.emit("progress", text=text))
        crew = self.crew = ProcessSupervisor(self.runtime, world)
        self.strikes = ProcessInjector(crew, self._struck)
        self.events.emit("starting", processes=[p.name for p in world.processes], runtime=self.runtime.name)
        self._next_record()
        await asyncio.gather(crew.start_site(), crew.start_deployment())
        self.started.set()
        # Not sooner: what this imports takes a while, and while it does so they start.
        from simulator.keeper.fieldclient import FieldClient

        field = self.field = FieldClient(url(self.addresses[CONTROL]), self.token)
        return crew, field

    async def _live(self) -> None:
        crew, field = await self._open()
        while True:
            await self._go.wait()
            self.phase = "starting"
            played = await self._ready() and await self._one_lap()
            if self.spec.laps is not None and self.lap >= self.spec.laps:
                return
            self._next_record()
            async with self._changing:
                # First nobody is left who could write to what is made fresh for the next.
                await crew.stop_deployment()
                if played:
                    await field.renew()
                if self._go.is_set():
                    await crew.start_deployment()

    def _next_record(self) -> None:
        self.lap += 1
        self._own_lines = 0
        seed = self.spec.seed if self.spec.exam else child(self.spec.seed, "lap", str(self.lap))
        runtime = self.runtime
        self.record = LapRecord(self.files.lap(self.lap), self.spec, runtime.name, self.lap, seed, runtime.unsealed)
        held.prune(self.files.laps, self.lap - KEPT_LAPS)

    async def _ready(self) -> bool:
        """Wait until a lap can begin; False when none can: the deployment does not start, or was stopped meanwhile."""
        assert self.crew is not None and self.field is not None
        while True:
            deployment = self.crew.deployments
            try:
                await self.crew.until_ready(
                    self.field, lambda names: self.events.emit("waiting", names=names), self._ended_early
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
        self.events.emit("ready", lap=self.lap, services={s: self._ingress(s) for s in self._services()})
        return True

    async def _does_not_start(self, error: DoesNotStart) -> None:
        assert self.crew is not None and self.record is not None
        if isinstance(error, Starved) and self.spec.exam:
            raise error
        last = self.record.did_not_start(error.service, error.reason)
        self.record.close()
        await self.crew.stop_deployment()
        self.events.emit("deployment-failed", service=error.service, reason=error.reason, last_lines=last)
        self.phase = "broken"
        self._anew.clear()

    async def _one_lap(self) -> bool:
        """Run a lap to its end; False when a pause came before it."""
        assert self.field is not None and self.record is not None
        watch = asyncio.ensure_future(self._watch())
        follow = asyncio.ensure_future(self._follow())
        try:
            async with self._changing:
                if not self._go.is_set():
                    return False
                self.phase = "running"
                first, self._first = self._first, None
                await self.field.begin(self.lap, int(self.record.run["seed"]), first)
            done, _ = await asyncio.wait({watch, follow}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (watch, follow):
                task.cancel()
            if self.strikes is not None:
                self.strikes.drop()
            ended = asyncio.gather(watch, follow, return_exceptions=True)
            await within(FREE_SECONDS, "watching the lap", ended)
        return True

    async def _watch(self) -> None:
        assert self.crew is not None and self.strikes is not None
        supervise = asyncio.ensure_future(self.crew.supervise(self._restarted, self.strikes.renew))
        try:
            while not supervise.done():
                await asyncio.wait({supervise}, timeout=1.0)
                self.strikes.check()
                samples = await self.crew.samples()
                self._scales.look(samples, self.record is not None and self.record.start is not None)
                self.live.sampled(samples)
                for name, sample in samples.items():
                    if self.record is not None:
                        self.record.used(name, sample)
                        self.record.flush()
            supervise.result()
        finally:
            supervise.cancel()

    async def _follow(self) -> None:
        assert self.crew is not None and self.field is not None and self.record is not None
        async for event in self.field.events(after=0):
            if event.get("lap") != self.lap:
                continue
            facts = {k: v for k, v in event.items() if k not in ("seq", "kind")}
            await self._afflict(event)
            match event["kind"]:
                case "lap-started":
                    self.record.started(event["timeline"], event["at"])
                case "phase":
                    self.record.flush()
                case "toxics":
                    self.record.tampered(event["at"], event["active"])
                case "lap-finished":
                    await self.crew.check_ours()
                    told = {name: event[name] for name in ("timeline", "lag_p99", "overdrawn")}
                    slowdown, others = self._scales.told(event["turns"])
                    self.record.close(**told, slowdown=slowdown, others=others)
                case "lap-failed" if event["reason"] == ABORTED and not self.spec.exam:
                    self.record.close(aborted=True)
                case "lap-failed":
                    facts |= self._room.told(event["reason"])
                    self.record.close(failed=facts["reason"])
            self.events.emit(event["kind"], **facts)
            if event["kind"] in ("lap-finished", "lap-failed"):
                return

    async def _afflict(self, event: Mapping[str, Any]) -> None:
        """Deal and lift faults of processes; when a lap ends, the deployment is whole before anybody hears of it."""
        assert self.strikes is not None
        if event["kind"] == "process-fault":
            self.strikes.tell(event)
        elif event["kind"] in ("lap-finished", "lap-failed"):
            await self.strikes.lift()

    def _struck(self, row: dict[str, Any], due: float) -> None:
        if self.record is not None:
            self.record.struck(row, due)

    def _log(self, service: str, stream: str, line: str) -> None:
        if self.record is not None and service in self._services():
            self.record.line(service, stream, line)
            self.live.tails[service].add(self.record.at(), stream, line)
            return
        self._last_words.hear(service, line)
        self._own_lines += 1
        if self._own_lines <= MAX_OWN_LINES:
            sys.stderr.write(f"{service}: {line}\n")  # our own processes: into keeper.log
        elif self._own_lines == MAX_OWN_LINES + 1:
            sys.stderr.write("(more lines of this lap are not kept)\n")

    def _restarted(self, service: str, end: Exit) -> bool:
        """A service has ended; whether by itself, and not by a fault."""
        by_itself = self.strikes is None or not self.strikes.took(service, end)
        if self.record is not None and by_itself:
            self.record.restarted(service, end)
        self.events.emit("restarted", service=service, code=end.code, out_of_memory=end.out_of_memory)
        return by_itself

    def _ended_early(self, service: str, end: Exit) -> None:
        """A service ended before the customer's site was up, and is started again: that is no doing of its own."""
        self.events.emit("restarted", service=service, code=end.code, out_of_memory=end.out_of_memory)

    def _services(self) -> list[str]:
        return list(self.spec.scenario.deployment.services)

    def _ingress(self, service: str) -> str:
        return url(self.addresses[ingress(service)])

    async def redeploy(self, snapshot: Path) -> None:
        """Replace the deployment by the one in folder `snapshot`, which the world owns from now on."""
        assert self.crew is not None
        self.snapshot = snapshot
        async with self._changing:
            if self.strikes is not None:
                await self.strikes.lift()
            await self.crew.start_deployment(snapshot)
            # Whatever the world is doing: nothing from before says anything of what runs now.
            if self.record is not None:
                self.record.redeployed()
        self.events.emit("redeployed", lap=self.lap)
        self._anew.set()

    async def jump(self, phase: str) -> None:
        """End the running lap, if one runs, and begin the next one with `phase`."""
        assert self.field is not None
        async with self._changing:
            self._first = phase
            self.events.emit("jumping", phase=phase)
            await self.field.abort()

    async def pause(self, holder: Holder | None = None) -> None:
        """End the running lap and stop the deployment until `resume`, or until no `holder` that asked for it lives."""
        assert self.crew is not None and self.field is not None
        if holder is not None:
            self.leases.take(holder)
            self._resting = self._resting or asyncio.create_task(self._resume_alone())
        self._go.clear()
        self.phase = "paused"
        async with self._changing:
            with contextlib.suppress(FieldLost):
                await self.field.abort()
            await self.crew.stop_deployment()
        self.events.emit("paused")

    async def _resume_alone(self) -> None:
        while self.leases.held():  # noqa: ASYNC110 - no event tells of the end of a process that is not ours
            await asyncio.sleep(LEASE_LOOK)
        self._resting = None
        await self.resume()

    async def resume(self, holder: Holder | None = None) -> None:
        """Go on after `pause`, with a new lap; stays as it is while another holder than this one wants rest."""
        assert self.crew is not None
        self.leases.give(holder)
        async with self._changing:
            if self._go.is_set() or self.leases.held():
                return
            await self.crew.start_deployment()
            self._go.set()
        self.events.emit("resumed")
        self._anew.set()

    async def status(self) -> dict[str, Any]:
        """What a client may want to know."""
        state: dict[str, Any] | None = None
        if self.field is not None and self.phase in ("running", "paused"):
            with contextlib.suppress(FieldLost):
                state = await self.field.state()
        return {
            "session": self.spec.session,
            "scenario": self.spec.scenario.id,
            "phase": self.phase,
            "lap": self.lap,
            "runtime": self.runtime.name,
            "why": self.why,
            "services": {s: self._ingress(s) for s in self._services()} if self.field else {},
            "restarts": dict(self.crew.restarts) if self.crew else {},
            "toxiproxy": self._toxiproxy(),
            "field": state,
        }

    def _toxiproxy(self) -> str | None:
        """Where Toxiproxy's clients find the links of a practice world."""
        if self.spec.exam or self.field is None:
            return None
        return url(self.addresses[CONTROL]) + toxiproxy.path(self.token)
