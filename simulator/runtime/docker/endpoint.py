"""Where the engine is, and who says so: a variable, a context of Docker's client, or nobody (the usual socket).

In the client's own order. Whoever has to repair it wants to know what was tried and where that is written.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from docker.constants import DEFAULT_UNIX_SOCKET
from docker.context import ContextAPI
from docker.utils.config import find_config_file

from simulator.runtime.base import RuntimeUnavailable

_HOST, _CONTEXT = "DOCKER_HOST", "DOCKER_CONTEXT"
_HERE = ("unix://", "npipe://")
_KNOWN = (*_HERE, "tcp://", "ssh://", "http://", "https://", "fd://")
_USUAL = DEFAULT_UNIX_SOCKET.replace("http+", "")


@dataclass(frozen=True)
class Endpoint:
    """An engine's address."""

    host: str
    says: str | None
    """Who names it, as a person finds it; None: it is where engines are by default."""

    @property
    def socket(self) -> str | None:
        """The path of a Unix socket; None for any other way."""
        return self.host.removeprefix("unix://") if self.host.startswith("unix://") else None

    def told(self) -> str:
        """Address and source, for a sentence."""
        return f"{self.host} ({self.says})" if self.says else f"{self.host} (the usual place)"


def find() -> Endpoint:
    """Return the engine that `docker` would use.

    Raises `RuntimeUnavailable` where that cannot be one on this machine.
    """
    if named := os.environ.get(_HOST):
        return _checked(Endpoint(named, f"{_HOST} says so"), f"unset {_HOST}, or set it to unix:///path/to/docker.sock")
    name, says = _context()
    if name == "default":
        return Endpoint(_USUAL, None)
    says = f"context {name!r}, which {says} names"
    other = f"choose another: docker context use default, or set {_HOST}"
    context = None
    with suppress(Exception):  # what a broken file in there makes the SDK raise is many things
        context = ContextAPI.get_context(name)
    host = context.Host if context is not None else None
    if not host:
        raise RuntimeUnavailable(f"there is no Docker {says}", other)
    return _checked(Endpoint(host, says), other)


def expected() -> bool:
    """Whether there ought to be an engine on this machine: somebody names one here, or its socket is there."""
    try:
        found = find()
    except RuntimeUnavailable:
        return False
    if os.environ.get(_HOST):
        return found.host.startswith(_HERE)
    return found.socket is not None and Path(found.socket).exists()


def _context() -> tuple[str, str]:
    """Name of the context, and what names it."""
    if named := os.environ.get(_CONTEXT):
        return named, _CONTEXT
    file = find_config_file()
    if file:
        with suppress(OSError, ValueError, AttributeError):
            return json.loads(Path(str(file)).read_bytes()).get("currentContext") or "default", str(file)
    return "default", ""


def _checked(found: Endpoint, remedy: str) -> Endpoint:
    if not found.host.startswith(_KNOWN):
        raise RuntimeUnavailable(f"{found.host!r} is no address of a Docker engine ({found.says})", remedy)
    if not found.host.startswith(_HERE):
        raise RuntimeUnavailable(
            f"the Docker engine at {found.told()} is on another machine; worlds need one on this machine", remedy
        )
    return found
