"""Outside a box: make the container, hand the exam in, follow it, take the evidence out, leave nothing."""

import asyncio
import io
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

from docker.errors import APIError

from simulator.box import archive as parcel
from simulator.box import container
from simulator.box.inside import LENGTH
from simulator.box.stream import Output
from simulator.clock import timeline
from simulator.drawing import drawn
from simulator.keeper.events import EventLog
from simulator.keeper.spec import WorldSpec
from simulator.keeper.world_files import WorldFiles
from simulator.planner import plan
from simulator.protocol import events as protocol
from simulator.runtime import images
from simulator.runtime.base import RuntimeLost, RuntimeUnavailable
from simulator.runtime.box import guests
from simulator.runtime.docker import containers
from simulator.runtime.docker.engine import TROUBLE, Engine

_BEYOND = 300.0
"""Seconds that an exam may take beyond its lap."""
_OWN_OUTPUT = 1 << 20
"""Bytes that our own processes in a box may say."""


class BoxHost:
    """One exam in a box of `engine`; `files` are the world's on the host."""

    def __init__(self, files: WorldFiles, spec: WorldSpec, engine: Engine, events: EventLog) -> None:
        self._files = files
        self._spec = spec
        self._engine = engine
        self._events = events
        self._container: str | None = None
        self._connection: Any = None
        self._said = 0
        self.stopping = False
        """Somebody has called `stop`."""

    async def run(self) -> None:
        """Hold the exam. Raises `RuntimeUnavailable` where no box can be made, `RuntimeLost` when it was lost."""
        users, lock = await asyncio.to_thread(guests.claim)
        try:
            await self._open(users)
            async with asyncio.timeout(timeline(drawn(self._spec.scenario, self._spec.seed)).spans[-1].ends + _BEYOND):
                await asyncio.to_thread(self._exchange)
        except TimeoutError:
            raise RuntimeLost("the exam did not end in time") from None
        except TROUBLE as error:
            raise RuntimeLost(await asyncio.to_thread(self._why, error)) from error
        finally:
            lock.close()
            await asyncio.to_thread(self._remove)

    def stop(self) -> None:
        """End the exam at once; `run` comes to its end."""
        self.stopping = True
        asyncio.get_running_loop().run_in_executor(None, self._remove)

    async def _open(self, users: range) -> None:
        loop = asyncio.get_running_loop()

        def tell(text: str) -> None:
            loop.call_soon_threadsafe(lambda: self._events.emit(protocol.Progress(text=text)))

        tags = await asyncio.to_thread(images.ensure, self._engine, {"box"}, tell)
        spec, folder = self._spec, self._files.folder
        world = plan(spec.scenario, spec.session, Path(spec.snapshot), self._files.laps, token="", seed=spec.seed)
        try:
            made = await self._engine.call(container.create, self._engine, tags["box"], world, str(folder), users)
        except APIError as error:
            raise RuntimeUnavailable(f"the engine makes no container: {error.explanation}") from error
        self._container = made
        if self.stopping:
            return
        wanted = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        self._connection = await self._engine.call(self._engine.api.attach_socket, made, wanted)
        await self._engine.call(self._engine.api.start, made)

    def _exchange(self) -> None:
        """Everything that goes over the container's streams, in order. Blocks; raises what its end looks like."""
        if self.stopping:
            return
        connection = self._connection._sock  # noqa: SLF001 - the SDK has no other way to it
        connection.settimeout(None)
        goods = self._goods()
        connection.sendall(len(goods).to_bytes(LENGTH, "big"))
        connection.sendall(goods)
        output = cast(IO[bytes], io.BufferedReader(Output(connection, self._aside), 1 << 16))
        self._follow(output)
        self._files.laps.mkdir(exist_ok=True)
        try:
            parcel.unpack(output, self._files.folder)
        except parcel.InvalidArchive as error:
            raise RuntimeLost(self._why(error)) from error

    def _goods(self) -> bytes:
        goods = io.BytesIO()
        spec = json.dumps(self._spec.model_dump(mode="json", by_alias=True)).encode()
        folders = {"snapshot": Path(self._spec.snapshot)}
        if (site := self._spec.site_files) is not None:
            folders["scenario/site"] = site
        parcel.pack(goods, folders, {"world.json": spec})
        return goods.getvalue()

    def _follow(self, output: IO[bytes]) -> None:
        """Pass the keeper's events on, but the last: nothing has stopped before the evidence is here."""
        for line in output:
            event = protocol.read(line)
            if isinstance(event, protocol.Stopped):
                return
            self._events.emit(event)
        raise RuntimeLost(self._why(None))

    def _aside(self, said: bytes) -> None:
        self._said += len(said)
        if self._said <= _OWN_OUTPUT:
            sys.stderr.write(said.decode(errors="replace"))

    def _why(self, error: Exception | None) -> str:
        """Return what became of a box that ended before its exam did."""
        if not self._engine.alive():
            return "the Docker engine went away while the exam was running"
        with suppress(*TROUBLE):
            state = self._engine.api.inspect_container(self._container or "")["State"]
            if state["OOMKilled"]:
                return "the box ran out of memory"
            said = f": {state['Error']}" if state["Error"] else ""
            return f"the box ended with exit code {state['ExitCode']}{said}"
        return f"the box was lost: {error}" if error else "the box was removed"

    def _remove(self) -> None:
        """Remove the container; an engine that is gone keeps it for `gc`."""
        if self._container is not None:
            with suppress(*TROUBLE):
                containers.remove(self._engine, self._container)
        if self._connection is not None:
            with suppress(*TROUBLE):
                self._connection.close()
