"""Refusals of an HTTP API as problem details (RFC 9457), and how such an API serves a request."""

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from simulator import gate
from simulator.parts.visits import Visit, Visits


class Problem(Exception):
    """A refusal. `code` is its name in the evidence, too; `more` has additional members of its body."""

    def __init__(
        self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more
        super().__init__(f"{code}: {detail}")

    def response(self) -> web.Response:
        """Return the answer that says so."""
        title = self.code.replace("_", " ").capitalize()
        body = {"type": f"urn:problem:{self.code.replace('_', '-')}", "title": title, "status": self.status,
                "detail": self.detail, **self.more}  # fmt: skip
        return json(body, self.status, self.headers, "application/problem+json")


def starting() -> web.Response:
    """Return the refusal outside of laps."""
    return Problem(503, "starting", "The service is starting.", {"Retry-After": "1"}).response()


def nowhere(_body: bytes) -> web.Response:
    """Refuse a request that fits none of a part's routes. Always raises `Problem`."""
    raise Problem(404, "not_found", "There is nothing here, or not by that method.")


def json(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None, media: str = "application/json"
) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=gate.dumps(body), status=status, headers=dict(headers or {}), content_type=media)


def parsed(body: bytes, bounds: gate.Bounds = gate.USUAL) -> Any:
    """Return the JSON in a request. Raises `Problem`."""
    try:
        return gate.parse(body, bounds)
    except gate.Untold as error:
        raise Problem(400, "bad_request", f"The body cannot be read: {error}.") from None


def check_token(token: str | None, request: web.Request) -> None:
    """Check that the caller has the token, if one is required. Raises `Problem` otherwise."""
    if token is not None and request.headers.get("Authorization", "") != f"Bearer {token}":
        detail = "Send the header Authorization: Bearer, and the token that you were given."
        raise Problem(401, "token_missing", detail, {"WWW-Authenticate": "Bearer"})


async def answer(
    visits: Visits, visit: Visit, request: web.Request, serve: Callable[[bytes], web.Response]
) -> web.Response:
    """Return what `serve` answers to the body once the answer is due, or the refusal.

    Data is read last, so that it is true when the answer leaves.
    """
    try:
        body = await _body(request)
        await visits.until(visit.due)
        response = serve(body)
        visit.result = visit.result or "ok"
    except Problem as problem:
        visit.result = problem.code
        response = problem.response()
    return response


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Problem(413, "too_large", error.text or "The body is too large.") from None
