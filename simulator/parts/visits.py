"""Requests to a part over HTTP while they are being served, and their evidence."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

from simulator.evidence.tables import CALLS
from simulator.parts.base import Lap

Response = TypeVar("Response", bound=web.StreamResponse)


@dataclass
class Visit:
    """One request while it is being served."""

    at: float
    due: float
    """Wall second before which no answer is sent."""
    gone: Callable[[], bool]
    """Returns whether the caller has left."""
    route: str = "?"
    key: str | None = None
    result: str | None = None
    status: int | None = None
    also: Callable[[float | None], None] | None = None
    """Records further evidence about it; called with the time of the answer, or None when the caller left."""


class Visits:
    """The requests of one lap that a part has not answered yet; each is recorded in `calls`."""

    def __init__(self, part: str, lap: Lap) -> None:
        self._part = part
        self._lap = lap
        self._open: dict[int, Visit] = {}

    async def serve(
        self, request: web.Request, latency: float, answer: Callable[[Visit], Awaitable[Response]]
    ) -> Response:
        """Serve one request and record it. That a caller has left is noticed only when the answer is ready."""
        at = self._lap.clock.at()
        protocol = request.protocol
        visit = Visit(at, at + latency, lambda: protocol.transport is None or protocol.transport.is_closing())
        self._open[id(visit)] = visit
        try:
            response = await answer(visit)
            visit.status = response.status
            return response
        finally:
            if self._open.pop(id(visit), None):
                self._record(visit, None if visit.gone() else self._lap.clock.at())

    async def until(self, at: float) -> None:
        """Wait for that wall second of the lap."""
        await asyncio.sleep(max(at - self._lap.clock.at(), 0))

    def settle(self) -> None:
        """End the lap: requests that are still being served are recorded as never answered."""
        for visit in self._open.values():
            self._record(visit, None)
        self._open.clear()

    def _record(self, visit: Visit, done_at: float | None) -> None:
        self._lap.recorder.write(
            CALLS.name,
            {"at": visit.at, "done_at": done_at, "part": self._part, "route": visit.route, "status": visit.status,
             "result": visit.result, "key": visit.key},
        )  # fmt: skip
        if visit.also is not None:
            visit.also(done_at)
