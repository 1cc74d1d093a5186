"""The field's control API, for the keeper alone: every request carries the world's token."""

from collections.abc import AsyncIterator
from functools import cache
from typing import Any

import orjson
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.field import toxiproxy
from simulator.field.field import Field, LapRuns
from simulator.field.site import SiteFailed
from simulator.serving import Api, body, number

_HEARTBEAT = 5.0


class NewLap(BaseModel):
    """Body of `POST /laps`."""

    number: int
    seed: int
    first: str | None = None
    """Phase to begin with; left out: the first one."""


def app(field: Field) -> Starlette:
    """The API over `field`."""
    api = Api(field.config.token)
    _watching(api, field)
    _steering(api, field)
    api.routes.append(Mount("/toxiproxy/{key}", _toxiproxy(field)))
    return api.app()


def _watching(api: Api, field: Field) -> None:
    async def ready(_request: Request) -> dict[str, Any]:
        waiting = await field.waiting()
        return {"ready": not waiting, "waiting": waiting}

    async def state(_request: Request) -> dict[str, Any]:
        return field.state()

    async def live(request: Request) -> dict[str, Any]:
        return field.live(number(request, "lap", 0), number(request, "after", -1))

    async def events(request: Request) -> StreamingResponse:
        return StreamingResponse(_lines(field, number(request, "after", 0)), media_type="application/x-ndjson")

    for handler in (ready, state, live, events):
        api.add("GET", f"/{handler.__name__}", handler)


def _steering(api: Api, field: Field) -> None:
    async def begin(request: Request) -> dict[str, Any]:
        lap = await body(request, NewLap)
        try:
            field.begin(lap.number, lap.seed, lap.first)
        except LapRuns as error:
            raise HTTPException(409, str(error)) from error
        return {"number": lap.number}

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
        yield b"\n" if event is None else orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)
