"""Serve HTTP inside a process that does other things, too.

It uses Starlette alone: importing FastAPI, which is built on it, takes longer than everything else that a starting
world imports, and nothing here has a contract to publish.
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
"""Returns a `Response`, or data to send as JSON; None sends no content (204)."""


class Api:
    """Routes for callers with the bearer `token` (RFC 6750), without a description. Refusals are `{"detail": …}`."""

    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()
        self.routes: list[BaseRoute] = []

    def add(self, method: str, path: str, handler: Handler, status: int = 200) -> None:
        """Add a route; `status` is that of its JSON."""

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
        """Return the app of all these routes."""
        return Starlette(routes=self.routes, exception_handlers={HTTPException: _refused})


def _json(value: object, status: int) -> Response:
    return Response(to_json(value), status, media_type="application/json")


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _json({"detail": error.detail}, error.status_code)


async def body(request: Request, model: type[M]) -> M:
    """Return the content of a request. Raises `HTTPException` 422 when it does not fit the model."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        raise HTTPException(422, str(error)) from None


def number(request: Request, name: str, default: int) -> int:
    """Return a whole number from the query. Raises `HTTPException` 422 when it is not one."""
    try:
        return int(request.query_params.get(name, default))
    except ValueError:
        raise HTTPException(422, f"{name} is no whole number") from None


def narrower(token: str, purpose: str) -> str:
    """Return a token derived from another: it allows what `purpose` says, and does not reveal the other."""
    return hmac.new(token.encode(), purpose.encode(), hashlib.sha256).hexdigest()[:32]


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals, logging and its sockets to its process.

    Stop it by setting `should_exit`.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture no signals."""
        yield
