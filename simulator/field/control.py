"""The field's control API, for the keeper alone: every request carries the world's token."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from simulator.field import toxiproxy
from simulator.field.field import Field, LapRuns
from simulator.field.site import SiteFailed
from simulator.field.toxiproxy import api as toxics
from simulator.serving import guarded

_HEARTBEAT = 5.0


class NewLap(BaseModel):
    """Body of `POST /laps`."""

    number: int
    seed: int
    first: str | None = None
    """Phase to begin with; left out: the first one."""


def app(field: Field) -> FastAPI:
    """The API over `field`."""
    api = guarded(field.config.token)

    @api.get("/ready")
    async def ready() -> dict[str, Any]:
        waiting = await field.waiting()
        return {"ready": not waiting, "waiting": waiting}

    @api.get("/state")
    async def state() -> dict[str, Any]:
        return field.state()

    @api.get("/live")
    async def live(lap: int = 0, after: int = -1) -> dict[str, Any]:
        return field.live(lap, after)

    @api.get("/events")
    async def events(after: int = 0) -> StreamingResponse:
        return StreamingResponse(_lines(field, after), media_type="application/x-ndjson")

    _steering(api, field)
    api.mount("/toxiproxy/{key}", toxics.app(field.proxies, toxiproxy.key(field.config.token), field.config.practice))
    return api


def _steering(api: FastAPI, field: Field) -> None:
    @api.post("/laps", status_code=201)
    async def begin(lap: NewLap) -> dict[str, Any]:
        try:
            field.begin(lap.number, lap.seed, lap.first)
        except LapRuns as error:
            raise HTTPException(409, str(error)) from error
        return {"number": lap.number}

    @api.delete("/laps/current", status_code=204)
    async def abort() -> None:
        await field.abort()

    @api.post("/renew", status_code=204)
    async def renew() -> None:
        await _renew(field)


async def _renew(field: Field) -> None:
    try:
        await field.renew()
    except LapRuns as error:
        raise HTTPException(409, str(error)) from error
    except SiteFailed as error:
        raise HTTPException(502, str(error)) from error


async def _lines(field: Field, after: int) -> AsyncIterator[bytes]:
    async for event in field.events.follow(after, _HEARTBEAT):
        yield b"\n" if event is None else orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)
