"""Shared by parts that answer over HTTP: they listen all the time, and serve while a lap is under way.

Such a part says how its service of one lap is created, which routes it has, and how it refuses outside of laps.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from aiohttp import web

from simulator import gate, sockets
from simulator.parts.base import Lap
from simulator.parts.visits import Visit, Visits

ROOM = 192 * 2**20
"""Most bytes of memory for one part's requests that are being read or served at the same time."""
_BUFFER = 2**14
"""Bytes read ahead on a connection: a deployment may have thousands of them."""

P_contra = TypeVar("P_contra", contravariant=True)
P = TypeVar("P")
"""A part's parameters."""
S = TypeVar("S", bound="Service[Any]")
"""A part's service."""


class Service(Protocol[P_contra]):
    """A part during one lap."""

    @property
    def visits(self) -> Visits:
        """The requests that it has not answered yet."""

    def latency(self) -> float:
        """Return the least wall seconds that the next request takes."""

    def configure(self, rules: P_contra) -> None:
        """Apply new rules to everything that comes in from now on."""

    def settle(self) -> Mapping[str, Any]:
        """Return the final state for workloads; the lap has ended, and all visits are recorded."""


class WebPart(ABC, Generic[P, S]):
    """A part on HTTP. Before a lap begins and after it is settled, it serves nobody."""

    largest = 2**20
    """Most bytes of a request."""
    bounds = gate.USUAL
    """Limits of a request's JSON, if it has some."""

    def __init__(self, name: str, params: P) -> None:
        self.name = name
        self.params = params
        self._taken = 0
        """Bytes used of `ROOM`."""
        self._service: S | None = None
        self._runner: web.AppRunner | None = None

    @abstractmethod
    def route(self, app: web.Application) -> None:
        """Add the routes; `open` turns what a service serves into handlers."""

    @abstractmethod
    def serve(self, lap: Lap) -> S:
        """Return the service of a new lap: nothing of the last one is left."""

    @abstractmethod
    def starting(self) -> web.StreamResponse:
        """Return the refusal outside of laps."""

    async def start(self, host: str, port: int) -> None:
        """Listen on `host:port`."""
        app = web.Application(client_max_size=self.largest)
        self.route(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, read_bufsize=_BUFFER)
        await self._runner.setup()
        await sockets.serve_http(self._runner, host, port, backlog=1024)

    async def begin(self, lap: Lap) -> None:
        """Create a service for a new lap."""
        self._service = self.serve(lap)

    async def configure(self, params: P) -> None:
        """Apply new rules to everything that comes in from now on."""
        self.params = params
        if self._service is not None:
            self._service.configure(params)

    async def settle(self) -> Mapping[str, Any]:
        """Close the lap; requests that are still being served are recorded as never answered."""
        service, self._service = self._service, None
        if service is None:
            return {}
        service.visits.settle()
        return service.settle()

    async def stop(self) -> None:
        """Stop listening; requests still being served are dropped."""
        if self._runner is not None:
            await self._runner.cleanup()

    def open(
        self, serve: Callable[[S, web.Request, Visit], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Return a handler that lets the lap's service serve and record a request, and refuses it outside of laps."""

        async def handle(request: web.Request) -> web.StreamResponse:
            service = self._service
            if service is None:
                return self.starting()
            need = self._need(request)
            if self._taken + need > ROOM:
                return await service.visits.serve(request, service.latency(), self._full)
            self._taken += need
            try:
                return await service.visits.serve(request, service.latency(), partial(serve, service, request))
            finally:
                self._taken -= need

        return handle

    def _need(self, request: web.Request) -> int:
        """Return the bytes of memory that a request may need; without a stated length it counts as the longest."""
        if not request.body_exists:
            return 0
        size = self.largest if request.content_length is None else min(request.content_length, self.largest)
        return self.bounds.cost(size)

    async def _full(self, visit: Visit) -> web.StreamResponse:
        visit.result = "full"
        return web.Response(status=503, text="too many large requests at the same time\n")
