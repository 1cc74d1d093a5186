"""Serving HTTP inside a process that has a life of its own.

On Starlette alone: to import FastAPI, which is made of it, takes longer than all else that a start of a world imports,
and nothing here has a contract to publish.
"""

import contextlib
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import uvicorn
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

M = TypeVar("M", bound=BaseModel)

Handler = Callable[[Request], Awaitable[Any]]
"""Answers with a `Response`, or with what is sent as JSON; None is an answer without content (204)."""


class Api:
    """Routes for who brings `token` as a bearer (RFC 6750); it describes nothing. Refusals are `{"detail": …}`."""

    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()
        self.routes: list[BaseRoute] = []

    def add(self, method: str, path: str, handler: Handler, status: int = 200) -> None:
        """One more route; `status` is that of its JSON."""

        async def answer(request: Request) -> Response:
            given = request.headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), self._expected):
                raise HTTPException(401, "wrong token")
            found = await handler(request)
            if isinstance(found, Response):
                return found
            return Response(status_code=204) if found is None else _json(found, status)

        self.routes.append(Route(path, answer, methods=[method]))

    def app(self) -> Starlette:
        """The app of all these routes."""
        return Starlette(routes=self.routes, exception_handlers={HTTPException: _refused})


def _json(value: object, status: int) -> Response:
    return Response(to_json(value), status, media_type="application/json")


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _json({"detail": error.detail}, error.status_code)


async def body(request: Request, model: type[M]) -> M:
    """What a request carries. Raises `HTTPException` 422 where it is no such thing."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        raise HTTPException(422, str(error)) from None


def number(request: Request, name: str, default: int) -> int:
    """A whole number of the query. Raises `HTTPException` 422 where it is none."""
    try:
        return int(request.query_params.get(name, default))
    except ValueError:
        raise HTTPException(422, f"{name} is no whole number") from None


def narrower(token: str, purpose: str) -> str:
    """A token made of another: who knows it can do what `purpose` says, and cannot tell the other."""
    return hmac.new(token.encode(), purpose.encode(), hashlib.sha256).hexdigest()[:32]


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals, logging and its sockets to the process it runs in.

    Stop it by setting `should_exit`.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
