"""The control API of a site process, for the field alone: every request has the world's token."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from aiohttp import web
from pydantic import BaseModel, ValidationError

from scenarios.model import DatasetSpec
from simulator import gate, sockets
from simulator.clock import Timeline


class NoLap(Exception):
    """There is no lap to settle."""


class NoPart(Exception):
    """This process runs no part of that name."""


class Steered(Protocol):
    """What the control API steers."""

    waiting: list[str]
    """Parts that are not up yet."""

    async def prepare(self, seed: int, datasets: Mapping[str, DatasetSpec]) -> None:
        """Generate the data of a lap that begins soon."""

    async def begin(self, number: int, seed: int, start: float, timeline: Timeline) -> None:
        """Begin a new lap, with the scenario's initial settings; a lap under way ends."""

    async def configure(self, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Apply new settings by part.

        Raises `NoPart`, and pydantic's `ValidationError` when they are invalid.
        """

    async def settle(self) -> dict[str, Mapping[str, Any]]:
        """End the lap and return the final state of each part. Raises `NoLap`."""

    async def renew(self) -> None:
        """Make fresh what the next deployment finds before its lap begins; there is no deployment now."""


class NewData(BaseModel):
    """The body of `POST /data`."""

    seed: int
    datasets: dict[str, DatasetSpec]
    """As they were drawn for this lap."""


class NewLap(BaseModel):
    """The body of `POST /laps`."""

    number: int
    seed: int
    start: float
    """When the lap begins, on the machine's monotonic clock."""
    timeline: list[dict[str, Any]]


class Control:
    """`GET /ready`, `POST /data`, `POST /laps`, `POST /settings`, `POST /settle`, `POST /renew`; JSON both ways."""

    def __init__(self, host: Steered, token: str) -> None:
        self._host = host
        app = web.Application(middlewares=[_guard(token), _invalid])
        app.router.add_get("/ready", self._ready)
        app.router.add_post("/data", self._prepare)
        app.router.add_post("/laps", self._begin)
        app.router.add_post("/settings", self._configure)
        app.router.add_post("/settle", self._settle)
        app.router.add_post("/renew", self._renew)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def start(self, host: str, port: int) -> None:
        """Listen on `host:port`."""
        await self._runner.setup()
        await sockets.serve_http(self._runner, host, port)

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _ready(self, _request: web.Request) -> web.Response:
        waiting = self._host.waiting
        return web.json_response({"ready": not waiting, "waiting": waiting})

    async def _prepare(self, request: web.Request) -> web.Response:
        new = NewData.model_validate_json(await request.read())
        await self._host.prepare(new.seed, new.datasets)
        return web.json_response({}, status=201)

    async def _begin(self, request: web.Request) -> web.Response:
        lap = NewLap.model_validate_json(await request.read())
        await self._host.begin(lap.number, lap.seed, lap.start, Timeline.from_json(lap.timeline))
        return web.json_response({}, status=201)

    async def _configure(self, request: web.Request) -> web.Response:
        await self._host.configure(await request.json())
        return web.json_response({})

    async def _settle(self, _request: web.Request) -> web.Response:
        # What is settled holds what the deployment said: it is written by the gate, which refuses nothing.
        return web.Response(body=gate.dumps(await self._host.settle()), content_type="application/json")

    async def _renew(self, _request: web.Request) -> web.Response:
        await self._host.renew()
        return web.json_response({})


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _guard(token: str) -> Any:
    expected = f"Bearer {token}".encode()

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, expected):
            return web.json_response({"error": "wrong token"}, status=401)
        return await handler(request)

    return guard


@web.middleware
async def _invalid(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (ValidationError, json.JSONDecodeError) as error:
        return web.json_response({"error": str(error)}, status=422)
    except NoPart as error:
        return web.json_response({"error": str(error)}, status=404)
    except NoLap as error:
        return web.json_response({"error": str(error)}, status=409)
