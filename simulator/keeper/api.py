"""The keeper's API, on loopback, for its owner only (bearer token from `keeper.json`)."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException
from pydantic import BaseModel

from simulator.keeper.keeper import Keeper
from simulator.serving import guarded


class Redeploy(BaseModel):
    """Which folder to deploy."""

    snapshot: Path


def api(keeper: Keeper, token: str) -> FastAPI:
    """The API over `keeper`."""
    app = guarded(token)
    app.include_router(_router(keeper))
    return app


def _router(keeper: Keeper) -> APIRouter:
    router = APIRouter()

    @router.get("/status")
    async def status() -> dict[str, Any]:
        return await keeper.status()

    @router.post("/redeploy")
    async def redeploy(body: Redeploy) -> dict[str, Any]:
        _up(keeper)
        await keeper.redeploy(body.snapshot)
        return await keeper.status()

    @router.post("/pause")
    async def pause() -> dict[str, Any]:
        _up(keeper)
        await keeper.pause()
        return await keeper.status()

    @router.post("/resume")
    async def resume() -> dict[str, Any]:
        _up(keeper)
        await keeper.resume()
        return await keeper.status()

    @router.post("/stop")
    async def stop() -> dict[str, bool]:
        keeper.stop()
        return {"stopping": True}

    return router


def _up(keeper: Keeper) -> None:
    if keeper.field is None:
        raise HTTPException(409, "the world is still starting")
