"""The field's control API, for the keeper alone: every request carries the world's token."""

from collections.abc import AsyncIterator
from functools import cache

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.field import toxiproxy
from simulator.field.field import Field, LapRuns
from simulator.field.site import SiteFailed
from simulator.protocol import events as protocol
from simulator.protocol.control import FieldState, LapBegun, LapRequest, Readiness
from simulator.protocol.live import FieldLive
from simulator.serving import Api, body, number

_HEARTBEAT = 5.0


def app(field: Field) -> Starlette:
    """Return the API over `field`."""
    api = Api(field.config.token)
    _watching(api, field)
    _steering(api, field)
    api.routes.append(Mount("/toxiproxy/{key}", _toxiproxy(field)))
    return api.app()


def _watching(api: Api, field: Field) -> None:
    async def ready(_request: Request) -> Readiness:
        waiting = await field.waiting()
        return Readiness(ready=not waiting, waiting=tuple(waiting))

    async def state(_request: Request) -> FieldState:
        return field.state()

    async def live(request: Request) -> FieldLive:
        return field.live(number(request, "lap", 0), number(request, "after", -1))

    async def events(request: Request) -> StreamingResponse:
        return StreamingResponse(_lines(field, number(request, "after", 0)), media_type="application/x-ndjson")

    for handler in (ready, state, live, events):
        api.add("GET", f"/{handler.__name__}", handler)


def _steering(api: Api, field: Field) -> None:
    async def begin(request: Request) -> LapBegun:
        lap = await body(request, LapRequest)
        try:
            field.begin(lap.number, lap.seed, lap.first, lap.customer)
        except LapRuns as error:
            raise HTTPException(409, str(error)) from error
        return LapBegun(number=lap.number)

    async def abort(_request: Request) -> None:
        await field.abort()

    async def renew(_request: Request) -> None:
        try:
            await field.renew()
        except LapRuns as error:
            raise HTTPException(409, str(error)) from error
        except SiteFailed as error:
            raise HTTPException(502, str(error)) from error

    api.add("POST", "/laps", begin, status=201)
    api.add("DELETE", "/laps/current", abort)
    api.add("POST", "/renew", renew)


def _toxiproxy(field: Field) -> ASGIApp:
    """Toxiproxy's API, made when it is first asked for: most worlds never are, and it takes a while to import."""

    @cache
    def made() -> ASGIApp:
        from simulator.field.toxiproxy import api

        return api.app(field.proxies, toxiproxy.key(field.config.token), field.config.practice)

    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await made()(scope, receive, send)

    return late


async def _lines(field: Field, after: int) -> AsyncIterator[bytes]:
    async for event in field.events.follow(after, _HEARTBEAT):
        yield b"\n" if event is None else f"{protocol.line(event)}\n".encode("utf-8", "replace")
