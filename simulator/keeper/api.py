"""The keeper's API, on loopback, for its owner only (bearer token from `keeper.json`)."""

from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse

from simulator.keeper.keeper import Keeper
from simulator.keeper.open_world import OpenWorld
from simulator.protocol import live as protocol
from simulator.protocol.control import Holder, JumpRequest, RedeployRequest, Stopping, WorldStatus
from simulator.serving import Api, body


def api(keeper: Keeper, token: str) -> Starlette:
    """Return the API over `keeper`."""
    made = Api(token)
    _watching(made, keeper)
    _steering(made, keeper)
    return made.app()


def _watching(api: Api, keeper: Keeper) -> None:
    async def status(_request: Request) -> WorldStatus:
        return await keeper.status()

    async def live(_request: Request) -> StreamingResponse:
        return StreamingResponse(_stream(keeper), media_type="application/x-ndjson")

    api.add("GET", "/status", status)
    api.add("GET", "/live", live)


def _steering(api: Api, keeper: Keeper) -> None:
    async def phase(request: Request) -> WorldStatus:
        wanted = await body(request, JumpRequest)
        await _may_jump(keeper, wanted.phase).jump(wanted.phase)
        return await keeper.status()

    async def redeploy(request: Request) -> WorldStatus:
        wanted = await body(request, RedeployRequest)
        await _up(keeper).redeploy(wanted.snapshot)
        return await keeper.status()

    async def pause(request: Request) -> WorldStatus:
        holder = await _holder(request)
        await _up(keeper).pause(holder)
        return await keeper.status()

    async def resume(request: Request) -> WorldStatus:
        holder = await _holder(request)
        await _up(keeper).resume(holder)
        return await keeper.status()

    async def stop(_request: Request) -> Stopping:
        keeper.stop()
        return Stopping()

    for handler in (phase, redeploy, pause, resume, stop):
        api.add("POST", f"/{handler.__name__}", handler)


async def _holder(request: Request) -> Holder | None:
    """Who asks, where they say so."""
    return await body(request, Holder) if await request.body() else None


def _may_jump(keeper: Keeper, phase: str) -> OpenWorld:
    """Return the world, where a jump to that phase may be asked of it. Raises `HTTPException`."""
    world = _up(keeper)
    if keeper.spec.exam:
        raise HTTPException(409, "an exam takes its phases as they come")
    if keeper.phase not in ("starting", "running"):
        raise HTTPException(409, f"no lap runs, and none comes by itself: the world is {keeper.phase}")
    if phase not in [one.name for one in keeper.spec.scenario.phases]:
        raise HTTPException(404, f"there is no phase {phase!r}")
    return world


async def _stream(keeper: Keeper) -> AsyncIterator[bytes]:
    async for message in keeper.live.watch():
        yield protocol.line(message) + b"\n"


def _up(keeper: Keeper) -> OpenWorld:
    """Return the world, where it is open. Raises `HTTPException`."""
    if not isinstance(keeper.world, OpenWorld):
        raise HTTPException(409, "the world is still starting")
    return keeper.world
