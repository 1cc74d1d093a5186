"""The HTTP side: Toxiproxy's routes below `/toxiproxy/{key}`.

Its clients send no header of ours, so the key is a part of the path. It opens this API and nothing else of the world.
"""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from simulator.field.toxiproxy import fields
from simulator.field.toxiproxy.errors import ApiError
from simulator.field.toxiproxy.proxies import Proxies

VERSION = "2.12.0+fdelab"
"""The version of Toxiproxy whose contract this is."""


class _Browser(Exception):
    """A web page may not drive this, whoever has opened it."""


def app(proxies: Proxies, key: str, practice: bool) -> FastAPI:
    """Return the API over `proxies`; outside of `practice` it refuses everything."""

    def guard(request: Request, user_agent: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(str(request.path_params.get("key", "")).encode(), key.encode()):
            raise ApiError("wrong key", 401)
        if user_agent.startswith("Mozilla/"):
            raise _Browser
        if not practice:
            raise ApiError("this is an exam: nobody has a hand in it", 403)

    api = FastAPI(dependencies=[Depends(guard)], openapi_url=None)
    api.add_exception_handler(ApiError, _refused)
    api.add_exception_handler(OSError, _failed)
    api.add_exception_handler(_Browser, lambda _request, _error: PlainTextResponse("User agent not allowed\n", 403))
    api.include_router(_whole(proxies))
    api.include_router(_proxies(proxies))
    api.include_router(_toxics(proxies))
    return api


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return JSONResponse(error.shown(), error.status)


def _failed(_request: Request, error: Exception) -> Response:
    """Answer an error that has no status of its own: an address that is taken."""
    return JSONResponse({"error": str(error), "status": 500}, 500)


async def _object(request: Request) -> dict[str, Any]:
    return fields.body(await request.body(), dict)


Body = Annotated[dict[str, Any], Depends(_object)]


def _whole(proxies: Proxies) -> APIRouter:
    router = APIRouter()

    @router.get("/version")
    async def version() -> dict[str, str]:
        return {"version": VERSION}

    @router.post("/reset", status_code=204)
    async def reset() -> None:
        proxies.reset()

    @router.post("/populate")
    async def populate(request: Request) -> Response:
        try:
            made = await proxies.populate(fields.body(await request.body(), list))
        except ApiError as error:
            return JSONResponse({**error.shown(), "proxies": None}, error.status)
        except OSError as error:
            return JSONResponse({"error": str(error), "status": 500, "proxies": None}, 500)
        return JSONResponse({"proxies": [proxy.shown() for proxy in made]}, 201)

    return router


def _proxies(proxies: Proxies) -> APIRouter:
    router = APIRouter(prefix="/proxies")

    @router.get("")
    async def index() -> dict[str, Any]:
        return {name: proxy.shown() for name, proxy in proxies.all().items()}

    @router.post("", status_code=201)
    async def create(body: Body) -> dict[str, Any]:
        return (await proxies.create(body)).shown()

    @router.get("/{name}")
    async def show(name: str) -> dict[str, Any]:
        return proxies.get(name).shown()

    @router.api_route("/{name}", methods=["POST", "PATCH"])
    async def update(name: str, request: Request) -> dict[str, Any]:
        proxies.get(name)
        return (await proxies.update(name, await _object(request))).shown()

    @router.delete("/{name}", status_code=204)
    async def delete(name: str) -> None:
        await proxies.delete(name)

    return router


def _toxics(proxies: Proxies) -> APIRouter:
    router = APIRouter(prefix="/proxies/{name}/toxics")

    @router.get("")
    async def index(name: str) -> list[dict[str, Any]]:
        return [toxic.shown() for toxic in proxies.get(name).toxics.values()]

    @router.post("")
    async def create(name: str, request: Request) -> dict[str, Any]:
        proxy = proxies.get(name)
        return proxies.add_toxic(proxy, await _object(request)).shown()

    @router.get("/{toxic}")
    async def show(name: str, toxic: str) -> dict[str, Any]:
        return proxies.get(name).toxic(toxic).shown()

    @router.api_route("/{toxic}", methods=["POST", "PATCH"])
    async def update(name: str, toxic: str, request: Request) -> dict[str, Any]:
        proxies.get(name).toxic(toxic)
        return proxies.update_toxic(proxies.get(name), toxic, await _object(request)).shown()

    @router.delete("/{toxic}", status_code=204)
    async def delete(name: str, toxic: str) -> None:
        proxies.remove_toxic(proxies.get(name), toxic)

    return router
