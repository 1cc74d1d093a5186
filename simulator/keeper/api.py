"""The keeper's API, on loopback, for its owner only (bearer token from `keeper.json`)."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from simulator.keeper.keeper import Keeper
from simulator.keeper.leases import Holder
from simulator.serving import guarded


class Redeploy(BaseModel):
    """Which folder to deploy."""

    snapshot: Path


class Jump(BaseModel):
    """Where the next lap begins."""

    phase: str


def api(keeper: Keeper, token: str) -> FastAPI:
    """The API over `keeper`."""
    app = guarded(token)
    app.include_router(_watching(keeper))
    app.include_router(_steering(keeper))
    return app


def _watching(keeper: Keeper) -> APIRouter:
    router = APIRouter()

    @router.get("/status")
    async def status() -> dict[str, Any]:
        return await keeper.status()

    @router.get("/live")
    async def live() -> StreamingResponse:
        return StreamingResponse(_stream(keeper), media_type="application/x-ndjson")

    return router


def _steering(keeper: Keeper) -> APIRouter:
    router = APIRouter()

    @router.post("/phase")
    async def phase(body: Jump) -> dict[str, Any]:
        _may_jump(keeper, body.phase)
        await keeper.jump(body.phase)
        return await keeper.status()

    @router.post("/redeploy")
    async def redeploy(body: Redeploy) -> dict[str, Any]:
        _up(keeper)
        await keeper.redeploy(body.snapshot)
        return await keeper.status()

    @router.post("/pause")
    async def pause(holder: Holder | None = None) -> dict[str, Any]:
        _up(keeper)
        await keeper.pause(holder)
        return await keeper.status()

    @router.post("/resume")
    async def resume(holder: Holder | None = None) -> dict[str, Any]:
        _up(keeper)
        await keeper.resume(holder)
        return await keeper.status()

    @router.post("/stop")
    async def stop() -> dict[str, bool]:
        keeper.stop()
        return {"stopping": True}

    return router


def _may_jump(keeper: Keeper, phase: str) -> None:
    _up(keeper)
    if keeper.spec.exam:
        raise HTTPException(409, "an exam takes its phases as they come")
    if keeper.phase != "running":
        raise HTTPException(409, f"no lap is running: the world is {keeper.phase}")
    if phase not in [one.name for one in keeper.spec.scenario.phases]:
        raise HTTPException(404, f"there is no phase {phase!r}")


async def _stream(keeper: Keeper) -> AsyncIterator[bytes]:
    async for message in keeper.live.watch():
        yield json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _up(keeper: Keeper) -> None:
    if keeper.field is None:
        raise HTTPException(409, "the world is still starting")
