"""Serving HTTP inside a process that has a life of its own."""

import contextlib
import hashlib
import hmac
from collections.abc import Iterator
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException


def guarded(token: str) -> FastAPI:
    """An app that answers 401 to everybody who does not bring `token` as a bearer (RFC 6750), and describes nothing."""
    expected = f"Bearer {token}".encode()

    def guard(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), expected):
            raise HTTPException(401, "wrong token")

    return FastAPI(dependencies=[Depends(guard)], openapi_url=None)


def narrower(token: str, purpose: str) -> str:
    """A token made of another: who knows it can do what `purpose` says, and cannot tell the other."""
    return hmac.new(token.encode(), purpose.encode(), hashlib.sha256).hexdigest()[:32]


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals, logging and its sockets to the process it runs in.

    Stop it by setting `should_exit`.
    """

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
