"""One process as a container: what it may do, what it sees, and how it is made."""

import math
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from docker.errors import APIError, NotFound
from docker.types import EndpointConfig, LogConfig, Mount, Ulimit
from requests.exceptions import RequestException

from simulator.plan import Limits, Net, Process
from simulator.runtime.docker import seccomp
from simulator.runtime.docker.engine import ROLE, SESSION, WORLD, Engine
from simulator.runtime.docker.networks import Network

NOBODY = "65534:65534"
"""Who the deployment runs as."""

CONFIG = "/run/fdelab/config.json"
"""Where a process finds its config."""

SCRATCH = 64 * 2**20
"""Bytes that a service of the deployment may write to /tmp."""

_TMPFS = "mode=1777,noexec,nosuid,nodev"
_GUEST_FILES = 1024
"""Open files, connections among them, of each process of the deployment. Ours have what the engine grants by default:
more than its own limit it cannot set."""

_STEP_DOWN = ["SETUID", "SETGID", "CHOWN"]
"""What a part needs, where the host's user is root, to run a program that refuses to be root."""

_REMOVALS, _REMOVAL = 4, 15
"""Times that a removal is tried, and seconds that are waited for another's that is under way."""

_NOWHERE = "127.0.0.1"
"""A resolver that no process of ours needs. Without one the engine would ask the host's, from the host's network."""


@dataclass(frozen=True)
class Spec:
    """Everything that a container is made of, resolved."""

    process: Process
    session: str
    world: str
    image: str
    argv: Sequence[str]
    env: Mapping[str, str]
    mounts: Sequence[Mount]
    workdir: str
    addresses: Mapping[Net, IPv4Address]
    networks: Mapping[Net, Network]
    published: Mapping[int, int]
    """Port in the container → port on the host's loopback."""
    resolver: IPv4Address | None
    """Where the deployment's lookups of unknown names go."""
    hosts: Mapping[str, IPv4Address]
    """Who is there as long as the world, by name. Nobody has to ask the engine for these, which may be busy."""


def name(session: str, process: str) -> str:
    """Return what the container of a process is called."""
    return f"fdelab-{session}-{process}"


def create(engine: Engine, spec: Spec) -> str:
    """Make the container, connected to all its networks, and return its id. Raises `APIError`."""
    process = spec.process
    first, *others = spec.addresses
    made = engine.api.create_container(
        spec.image,
        list(spec.argv),
        name=name(spec.session, process.name),
        user=_user(engine, process),
        environment={**_minimum(spec), **spec.env},
        working_dir=spec.workdir,
        ports=list(spec.published) or None,
        labels={SESSION: spec.session, ROLE: process.role, WORLD: spec.world},
        host_config=engine.api.create_host_config(**_hardened(engine, spec)),
        networking_config={"EndpointsConfig": {spec.networks[first].name: _endpoint(engine, spec, first)}},
    )
    for net in others:
        engine.api.connect_container_to_network(
            made["Id"], spec.networks[net].id, ipv4_address=str(spec.addresses[net]), aliases=_aliases(spec, net)
        )
    return str(made["Id"])


def remove(engine: Engine, container: str) -> None:
    """End and remove a container, by id or name; no error when it is gone."""
    with suppress(NotFound):
        for left in reversed(range(_REMOVALS)):
            try:
                engine.api.remove_container(container, force=True, v=True)
            except APIError as error:
                if not left or "already in progress" not in str(error):
                    raise
                # Where another's removal fails, the engine never tells who waits for it.
                with suppress(RequestException):
                    engine.api.wait(container, timeout=_REMOVAL, condition="removed")
            else:
                return


def nano_cpus(engine: Engine, limits: Limits) -> int:
    """Its quota as the engine has it: it refuses more than the machine has."""
    return int(min(limits.cpus, engine.info.get("NCPU") or limits.cpus) * 1e9)


def limit(engine: Engine, container: str, limits: Limits) -> bool:
    """Bound a running container anew; False where it holds more memory than that, and the kernel refuses (cgroup v1).

    Raises `APIError`. The SDK's own call cannot say a quota in cores, which is what the container was made with.
    """
    wanted = {"NanoCpus": nano_cpus(engine, limits), "Memory": limits.memory, "MemorySwap": limits.memory}
    api: Any = engine.api
    answer = api._post_json(api._url("/containers/{0}/update", container), data=wanted)  # noqa: SLF001
    try:
        api._result(answer, json=True)  # noqa: SLF001
    except APIError:
        # Engines put the kernel's refusal in various words, or in none; what it holds says whether that was it.
        if engine.api.stats(container, stream=False)["memory_stats"].get("usage", 0) <= limits.memory:
            raise
        return False
    return True


def _user(engine: Engine, process: Process) -> str:
    if process.guest:
        return NOBODY
    return "0:0" if engine.rootless else f"{os.getuid()}:{os.getgid()}"


def _minimum(spec: Spec) -> dict[str, str]:
    threads = max(1, math.ceil(spec.process.limits.cpus))
    return {"HOME": "/tmp", "OMP_NUM_THREADS": str(threads), "FDELAB_SESSION": spec.session}  # noqa: S108


def _hardened(engine: Engine, spec: Spec) -> dict[str, Any]:
    process, limits = spec.process, spec.process.limits
    guest = process.guest
    user = _user(engine, process)
    return {
        "read_only": True,
        "tmpfs": {"/tmp": f"size={SCRATCH if guest else 2**28},{_TMPFS}"},  # noqa: S108
        "mounts": [*spec.mounts, *([] if guest or user.startswith("0:") else [passwd(Path(spec.world))])],
        "cap_drop": ["ALL"],
        "cap_add": _STEP_DOWN if process.role == "site" and user.startswith("0:") else None,
        "security_opt": seccomp.options(engine),
        "mem_limit": limits.memory,
        "memswap_limit": limits.memory,
        "nano_cpus": nano_cpus(engine, limits),
        "pids_limit": limits.pids,
        "sysctls": _sysctls(spec),
        "ulimits": [Ulimit(name="nofile", soft=_GUEST_FILES, hard=_GUEST_FILES)] if guest else None,
        "log_config": LogConfig(type="none"),
        "dns": [str(spec.resolver) if guest and spec.resolver else _NOWHERE],
        "dns_opt": ["timeout:1", "attempts:1", "ndots:0"],
        "extra_hosts": {name: str(address) for name, address in spec.hosts.items()},
        "port_bindings": {port: ("127.0.0.1", outside) for port, outside in spec.published.items()},
    }


def _aliases(spec: Spec, net: Net) -> list[str]:
    return [e.name for e in spec.process.endpoints if e.net == net]


def _sysctls(spec: Spec) -> dict[str, str] | None:
    """For who is in more than one network, to be no way from one to the other.

    By default it answers in each for the addresses that it has in all of them, and forwards between them.
    """
    if len(spec.addresses) == 1:
        return None
    return {"net.ipv4.conf.all.arp_ignore": "1", "net.ipv4.ip_forward": "0"}


def _endpoint(engine: Engine, spec: Spec, net: Net) -> EndpointConfig:
    address = str(spec.addresses[net])
    return engine.api.create_endpoint_config(aliases=_aliases(spec, net), ipv4_address=address)


def passwd(folder: Path) -> Mount:
    """Return a user database that knows the host's user: programs such as PostgreSQL refuse to run as a number."""
    path = folder / "passwd"
    path.write_text(
        "root:x:0:0:root:/root:/usr/sbin/nologin\n"
        f"fdelab:x:{os.getuid()}:{os.getgid()}:fdelab:/tmp:/usr/sbin/nologin\n"
        "nobody:x:65534:65534:nobody:/tmp:/usr/sbin/nologin\n"
    )
    return Mount("/etc/passwd", str(path), type="bind", read_only=True)
