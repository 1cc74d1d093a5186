"""The engine: connecting to it, calling it from a loop, and telling its death from other trouble."""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import docker
from docker.errors import APIError, DockerException, ImageNotFound
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from simulator.runtime.base import RuntimeLost, RuntimeSilent, RuntimeUnavailable
from simulator.runtime.docker import endpoint
from simulator.runtime.docker.endpoint import Endpoint

SESSION, ROLE, WORLD = "fdelab.session", "fdelab.role", "fdelab.world"
"""Labels of everything that a world makes: its session, the role, the world's folder on the host."""

TROUBLE = (DockerException, RequestException, HTTPError, OSError)
"""What a call raises when the engine does not answer properly; `APIError`, an answer, is one of them."""

_CALL_TIMEOUT = 120
_FIRST_WORD = 30
"""Seconds that an engine has for each of its first two answers. Who finds nobody listening does not wait."""
_T = TypeVar("_T")


class Engine:
    """A Docker engine on this machine that has answered. Its methods block, save `call`."""

    def __init__(self, api: docker.APIClient, info: dict[str, Any]) -> None:
        self.api = api
        self.info = info
        """As `docker info` tells it."""
        self._threads = ThreadPoolExecutor(16, thread_name_prefix="engine")

    @property
    def rootless(self) -> bool:
        """Whether root in a container is the user that runs the engine."""
        return any("rootless" in option for option in self.info.get("SecurityOptions") or ())

    def alive(self) -> bool:
        """Whether it answers now."""
        try:
            return bool(self.api.ping())
        except TROUBLE:
            return False

    def image(self, reference: str) -> str | None:
        """Return the id of an image, or None when the engine does not have it."""
        found = self._inspect(reference)
        return str(found["Id"]) if found else None

    def image_size(self, reference: str) -> int | None:
        """Bytes of an image with all its layers, or None when the engine does not have it."""
        found = self._inspect(reference)
        return int(found["Size"]) if found else None

    def _inspect(self, reference: str) -> dict[str, Any] | None:
        inspect: Callable[[str], dict[str, Any]] = self.api.inspect_image
        try:
            return inspect(reference)
        except ImageNotFound:
            return None

    async def call(self, function: Callable[..., _T], *args: Any, **kwargs: Any) -> _T:
        """Run a call to the engine in a thread. Raises `APIError`, and `RuntimeLost` when the engine is gone."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, lambda: function(*args, **kwargs))
        except APIError:
            raise
        except TROUBLE as error:
            if await loop.run_in_executor(self._threads, self.alive):
                raise
            raise RuntimeLost(f"the Docker engine does not answer any more: {error}") from error

    def rest(self) -> None:
        """Drop idle connections; the next call opens new ones."""
        self.api.close()

    def close(self) -> None:
        """Drop connections and threads, for good."""
        self._threads.shutdown(wait=False)
        self.api.close()


def connect() -> Engine:
    """Return the engine that `docker` would use.

    Blocks until it answers, for a minute at most. Raises `RuntimeUnavailable` with what to do, `RuntimeSilent` where
    it is there and does not answer.
    """
    found = endpoint.find()
    try:
        _knock(found)
    except OSError as error:
        what = f"no Docker engine answers at {found.told()}: {_reason(error)}"
        raise RuntimeUnavailable(what, _remedy(error)) from error
    try:
        api = docker.APIClient(base_url=found.host, version="auto", timeout=_FIRST_WORD, max_pool_size=64)
        info = api.info()
    except TROUBLE as error:
        raise RuntimeSilent(
            f"a Docker engine is there, and does not answer at {found.told()}: {_reason(error)}", _remedy(error)
        ) from error
    if info.get("OSType") != "linux":
        raise RuntimeUnavailable(
            f"the Docker engine runs {info.get('OSType')} containers; worlds need Linux containers"
        )
    api.timeout = _CALL_TIMEOUT
    return Engine(api, info)


def _knock(found: Endpoint) -> None:
    """Check that somebody listens. Raises `OSError`.

    It is asked first, since the SDK leaves its sockets open when it finds nobody.
    """
    if found.socket is not None:
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(found.socket)


_KNOWN = {
    "Permission denied": (
        "permission denied on its socket", "add yourself to the group `docker`, or use --runtime local"
    ),
    "No such file": ("it is not running, or not there", "start it, or use --runtime local"),
    "Connection refused": ("it is not running", "start it, or use --runtime local"),
}  # fmt: skip
"""What a trouble's words mean, and what to do."""


def _reason(error: Exception) -> str:
    return next((means for words, (means, _) in _KNOWN.items() if words in str(error)), str(error))


def _remedy(error: Exception) -> str | None:
    return next((remedy for words, (_, remedy) in _KNOWN.items() if words in str(error)), None)
