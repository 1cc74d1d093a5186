"""The door on the wire."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from simulator.parts.base import Lap
from simulator.parts.visits import Visit, Visits
from simulator.parts.web import WebPart

from .part import DoorParams


class _Day:
    """The door during one lap."""

    def __init__(self, name: str, lap: Lap, rules: DoorParams) -> None:
        self.visits = Visits(name, lap)
        self.rules = rules
        self.count = 0

    def latency(self) -> float:
        return 0.0

    def configure(self, rules: DoorParams) -> None:
        self.rules = rules

    def settle(self) -> Mapping[str, Any]:
        return {"count": self.count}


class Door(WebPart[DoorParams, _Day]):
    """The part: each lap begins with nobody counted."""

    def route(self, app: web.Application) -> None:
        app.router.add_get("/count", self.open(_count))

    def serve(self, lap: Lap) -> _Day:
        return _Day(self.name, lap, self.params)

    def starting(self) -> web.Response:
        return web.json_response({"error": "not open yet"}, status=503)


async def _count(day: _Day, _request: web.Request, visit: Visit) -> web.Response:
    visit.route, visit.result = "GET count", "ok"
    day.count += day.rules.open
    await day.visits.until(visit.due)
    return web.json_response({"count": day.count})
