"""The keeper's API, on loopback, for its owner only (bearer token from `keeper.json`)."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse

from simulator.keeper.keeper import Keeper
from simulator.keeper.leases import Holder
from simulator.serving import Api, body


class Redeploy(BaseModel):
    """Which folder to deploy."""

    snapshot: Path


class Jump(BaseModel):
    """Where the next lap begins."""

    phase: str


def api(keeper: Keeper, token: str) -> Starlette:
    """The API over `keeper`."""
    made = Api(token)
    _watching(made, keeper)
    _steering(made, keeper)
    return made.app()


def _watching(api: Api, keeper: Keeper) -> None:
    async def status(_request: Request) -> dict[str, Any]:
        return await keeper.status()

    async def live(_request: Request) -> StreamingResponse:
        return StreamingResponse(_stream(keeper), media_type="application/x-ndjson")

    api.add("GET", "/status", status)
    api.add("GET", "/live", live)


def _steering(api: Api, keeper: Keeper) -> None:
    async def phase(request: Request) -> dict[str, Any]:
        wanted = await body(request, Jump)
        _may_jump(keeper, wanted.phase)
        await keeper.jump(wanted.phase)
        return await keeper.status()

    async def redeploy(request: Request) -> dict[str, Any]:
        wanted = await body(request, Redeploy)
        _up(keeper)
        await keeper.redeploy(wanted.snapshot)
        return await keeper.status()

    async def pause(request: Request) -> dict[str, Any]:
        holder = await _holder(request)
        _up(keeper)
        await keeper.pause(holder)
        return await keeper.status()

    async def resume(request: Request) -> dict[str, Any]:
        holder = await _holder(request)
        _up(keeper)
        await keeper.resume(holder)
        return await keeper.status()

    async def stop(_request: Request) -> dict[str, bool]:
        keeper.stop()
        return {"stopping": True}

    for handler in (phase, redeploy, pause, resume, stop):
        api.add("POST", f"/{handler.__name__}", handler)


async def _holder(request: Request) -> Holder | None:
    """Who asks, where they say so."""
    return await body(request, Holder) if await request.body() else None


def _may_jump(keeper: Keeper, phase: str) -> None:
    _up(keeper)
    if keeper.spec.exam:
        raise HTTPException(409, "an exam takes its phases as they come")
    if keeper.phase not in ("starting", "running"):
        raise HTTPException(409, f"no lap runs, and none comes by itself: the world is {keeper.phase}")
    if phase not in [one.name for one in keeper.spec.scenario.phases]:
        raise HTTPException(404, f"there is no phase {phase!r}")


async def _stream(keeper: Keeper) -> AsyncIterator[bytes]:
    async for message in keeper.live.watch():
        yield json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _up(keeper: Keeper) -> None:
    if keeper.field is None:
        raise HTTPException(409, "the world is still starting")
