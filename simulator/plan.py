"""A world as data: which processes run, with what, and who can reach whom.

Made by a pure function of (scenario, workspace); runtimes only execute it. Addresses are not known when a plan is
made, so text in it refers to endpoints and files by `{…}` references, which a runtime resolves (`Addresses`):

    {url:erp}    http://host:port as a caller reaches the endpoint     {host:erp}  {port:erp}
    {bind:erp}   the address that its owner listens on                 {path:workspace}  a mount's place

Where an endpoint is a Unix socket, hosts are its path, ports are 0, and its URL is `unix:/path`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

Net = Literal["deploy", "site", "edge"]
"""Who meets in a net: deployment and field · parts and field · field and the host, on loopback."""

Role = Literal["site", "field", "deployment", "tests"]
"""deployment: a service that a learner wrote · tests: its workspace's tests, which run before a lap and end."""


@dataclass(frozen=True)
class Endpoint:
    """An address that a process listens on, reachable from one net under its own name."""

    name: str
    net: Net
    port: int
    """The port when the process has an address of its own; runtimes that share one pick a free port."""
    scheme: str = "http"
    udp: bool = False


UNIX = "unix:"
"""The beginning of a Unix socket's URL."""


def is_path(host: str) -> bool:
    """Whether `host` is the path of a Unix socket."""
    return host.startswith("/")


class Listen(BaseModel):
    """An address to listen on or to dial, as in configs of processes; the host may be a Unix socket's path."""

    host: str
    port: int


@dataclass(frozen=True)
class Mount:
    """A folder of the host that a process sees, read-only unless `writable`."""

    name: str
    """Its name in references: `{path:workspace}`."""
    source: Path
    target: str
    """Its path, in runtimes that give a process a root of its own."""
    writable: bool = False


@dataclass(frozen=True)
class Limits:
    """Bounds on one process with all its children."""

    cpus: float
    memory: int
    """Bytes; no swap is added."""
    pids: int


@dataclass(frozen=True)
class Process:
    """One process to run."""

    name: str
    role: Role
    image: Literal["site", "workbench"]
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    endpoints: tuple[Endpoint, ...] = ()
    mounts: tuple[Mount, ...] = ()
    config: str | None = None
    """Text whose references are resolved; the process finds it at `{path:config}`."""
    limits: Limits = Limits(cpus=1.0, memory=512 * 2**20, pids=256)
    workdir: str | None = None
    """Name of the mount that it starts in."""

    @property
    def guest(self) -> bool:
        """Whether it runs a learner's code, which runtimes keep apart from ours."""
        return self.role in ("deployment", "tests")


@dataclass(frozen=True)
class Plan:
    """All processes of one world, in the order in which they start; those of one role start together."""

    session: str
    """Short id that labels everything the world leaves on the machine."""
    processes: tuple[Process, ...]

    def process(self, name: str) -> Process:
        """Return the process of that name. Raises `KeyError` when there is none."""
        return next((p for p in self.processes if p.name == name), None) or _missing(name)

    def of(self, role: Role) -> tuple[Process, ...]:
        """Return the processes that play `role`."""
        return tuple(p for p in self.processes if p.role == role)

    @property
    def guests(self) -> tuple[Process, ...]:
        """Return the processes that run a learner's code."""
        return tuple(p for p in self.processes if p.guest)

    @property
    def endpoints(self) -> dict[str, tuple[Endpoint, Process]]:
        """Return every endpoint by name, with its owner."""
        return {e.name: (e, p) for p in self.processes for e in p.endpoints}


def _missing(name: str) -> Process:
    raise KeyError(f"no process {name!r} in this plan")


@dataclass(frozen=True)
class Address:
    """The location of an endpoint: what its owner binds, and what its callers dial."""

    bind: str
    host: str
    port: int
    bind_port: int

    def url(self, scheme: str = "http") -> str:
        """Return the URL for its callers."""
        return f"{UNIX}{self.host}" if is_path(self.host) else f"{scheme}://{self.host}:{self.port}"


REFERENCE = re.compile(r"\{(url|host|port|bind|bind_port|path):([\w.-]+)\}")


def resolve(text: str, plan: Plan, addresses: Mapping[str, Address], paths: Mapping[str, str]) -> str:
    """Return `text` with its references filled in. Raises `KeyError` for a reference that does not exist."""

    def fill(match: re.Match[str]) -> str:
        kind, name = match.groups()
        if kind == "path":
            return paths[name]
        address = addresses[name]
        if kind == "url":
            return address.url(plan.endpoints[name][0].scheme)
        return str(getattr(address, kind))

    return REFERENCE.sub(fill, text)
