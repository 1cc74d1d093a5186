"""The life of one world: closed, open, and closed again."""

import asyncio
import contextlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from simulator import room
from simulator.clock import Span
from simulator.field import toxiproxy
from simulator.keeper.ending import within
from simulator.keeper.errors import FieldLost, SiteLost, Starved
from simulator.keeper.events import EventLog
from simulator.keeper.journal import Journal
from simulator.keeper.live import Live, WorldView
from simulator.keeper.open_world import OpenWorld
from simulator.keeper.process_injection import refusal
from simulator.keeper.spec import WorldSpec
from simulator.keeper.supervisor import ProcessSupervisor, url
from simulator.keeper.workspace_tests import WorkspaceTests
from simulator.keeper.world_files import WorldFiles
from simulator.planner import CONTROL, plan
from simulator.protocol import events as told
from simulator.protocol.control import FieldState, Phase, WorldStatus
from simulator.runtime import choose
from simulator.runtime.base import Runtime, RuntimeLost, RuntimeUnavailable

CLOSE_SECONDS = 120.0
"""Seconds that taking everything down may take, on a machine or an engine that is busy."""
OURS = (SiteLost, Starved, FieldLost, RuntimeLost)
"""Ends of a world that are never the learner's fault."""


@dataclass(frozen=True)
class ClosedWorld:
    """A world without a field: its processes are being started, or were taken down."""

    phase: Phase = "starting"


class Keeper:
    """Runs the world that `files` describe until its laps are done or `stop` is called."""

    def __init__(self, files: WorldFiles, spec: WorldSpec, runtime: tuple[Runtime, str] | None = None) -> None:
        """`runtime`, and why it is that one; left out, the one that the spec names is chosen here."""
        self.spec = spec
        self.files = files
        self.events = EventLog(files.events)
        self._room = room.LastRoom(files.folder)
        self.started = asyncio.Event()
        """Set once its processes were started, or that has failed."""
        self.runtime, self.why = runtime or choose(spec.runtime, files.folder)
        self.live = Live(spec, self.runtime.name, self.why, self.events, self._view)
        self.journal = Journal(files, spec, self.runtime, self.live.printed)
        self.world: ClosedWorld | OpenWorld = ClosedWorld()
        self._main: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def phase(self) -> Phase:
        """What the world is doing."""
        return "stopping" if self._stopping else self.world.phase

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
            self.events.emit(told.Failed(reason=reason, unavailable=True))
        except OURS as error:
            reason = self._fail(self.journal.last_words.why(error))
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
        failed = told.Failed(**self._room.told(reason, full))
        with contextlib.suppress(OSError):
            self.events.emit(failed)
        return failed.reason

    def stop(self) -> None:
        """End the world; `run` returns when nothing of it is left."""
        self._stopping = True
        if self._main is not None:
            self._main.cancel()

    async def _live(self) -> None:
        world = self.world = await self._open()
        await world.run()

    async def _open(self) -> OpenWorld:
        """Start everything that the world is made of, ready or not."""
        self._progress(f"runtime {self.runtime.name}: {self.why}")
        if reason := refusal(self.spec.scenario, self.runtime.name):
            raise RuntimeUnavailable(reason)
        self.files.laps.mkdir(exist_ok=True)
        spec, token = self.spec, secrets.token_urlsafe(24)
        snapshot, site = Path(spec.snapshot), spec.site_files
        world = plan(
            spec.scenario, spec.session, snapshot, self.files.laps, token, site,
            practice=not spec.exam, transcript=spec.transcript, seed=spec.seed,
        )  # fmt: skip
        addresses = await self.runtime.open(world, self.journal.log, self._progress)
        crew = ProcessSupervisor(self.runtime, world)
        names = tuple(process.name for process in world.processes if process.role != "tests")
        self.events.emit(told.Starting(processes=names, runtime=self.runtime.name))
        self.journal.begin()
        await asyncio.gather(crew.start_site(), crew.start_deployment())
        self.started.set()
        # Not sooner: what this imports takes a while, and while it does so they start.
        from simulator.keeper.fieldclient import FieldClient

        field = FieldClient(url(addresses[CONTROL]), token)
        return OpenWorld(
            spec, crew, field, addresses, WorkspaceTests(crew, spec.scenario.deployment.tests, self.journal),
            events=self.events, journal=self.journal, live=self.live, last_room=self._room,
        )  # fmt: skip

    def _progress(self, text: str) -> None:
        self.events.emit(told.Progress(text=text))

    async def _close(self, reason: str | None) -> None:
        self._stopping = True
        # Nothing of the world may stay, also where the disk has no room for a last word.
        with contextlib.suppress(OSError):
            self.journal.close(reason or "the world ended")
        left = await self._take_down()
        with contextlib.suppress(OSError):
            self.events.emit(told.Stopped(left=left))

    async def _take_down(self) -> str | None:
        """Free everything; None once that is done, else what is left for `gc`."""
        said = await self.world.close() if isinstance(self.world, OpenWorld) else None
        self.world = ClosedWorld()
        return await within(CLOSE_SECONDS, "taking down the processes", self.runtime.close()) or said

    def _view(self) -> WorldView:
        """Return what a watcher can see of the world now."""
        record, world = self.journal.record, self.world
        spans: tuple[Span, ...] = record.spans if record is not None else ()
        if isinstance(world, OpenWorld):
            return WorldView(self.phase, self.journal.lap, spans, world.crew, world.field)
        return WorldView(self.phase, self.journal.lap, spans)

    async def status(self) -> WorldStatus:
        """Return what a client may want to know."""
        world = self.world if isinstance(self.world, OpenWorld) else None
        return WorldStatus(
            session=self.spec.session,
            scenario=self.spec.scenario.id,
            phase=self.phase,
            lap=self.journal.lap,
            runtime=self.runtime.name,
            why=self.why,
            services=world.urls() if world else {},
            parts=world.doorways() if world else {},
            restarts=dict(world.crew.restarts) if world else {},
            toxiproxy=self._toxiproxy(world) if world else None,
            field=await self._field_state(world) if world else None,
        )

    async def _field_state(self, world: OpenWorld) -> FieldState | None:
        if self.phase in ("running", "paused"):
            with contextlib.suppress(FieldLost):
                return await world.field.state()
        return None

    def _toxiproxy(self, world: OpenWorld) -> str | None:
        """Where Toxiproxy's clients find the links of a practice world."""
        if self.spec.exam:
            return None
        return url(world.addresses[CONTROL]) + toxiproxy.path(world.field.token)
