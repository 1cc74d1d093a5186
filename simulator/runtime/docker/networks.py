"""A world's three networks, and who has which address in them.

Explicit small subnets, since an engine's default pools end after about thirty networks; static addresses, since
dynamic ones swap when containers restart in another order.
"""

import asyncio
import os
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, get_args

import psutil
from docker.errors import APIError
from docker.types import IPAMConfig, IPAMPool

from simulator.plan import Net, Plan, Role
from simulator.runtime.base import RuntimeUnavailable
from simulator.runtime.docker.engine import ROLE, SESSION, WORLD, Engine

POOL = "10.213.0.0/16"
"""Where the subnets of worlds are taken from, unless FDELAB_SUBNET_POOL says otherwise."""

NETS: tuple[Net, ...] = get_args(Net)
MEMBERS: Mapping[Role, tuple[Net, ...]] = {
    "deployment": ("deploy",),
    "tests": ("deploy",),
    "site": ("site",),
    "field": ("deploy", "site", "edge"),
}
_BRIDGE = "com.docker.network.bridge."
_SEALED = {f"{_BRIDGE}inhibit_ipv4": "true"}
"""Without an address of its own, the bridge is no way to services on the host."""
_EDGE = {f"{_BRIDGE}enable_ip_masquerade": "false", f"{_BRIDGE}host_binding_ipv4": "127.0.0.1"}
"""An internal network would publish no port; without masquerade no connection gets out all the same."""
_ATTEMPTS = 20


@dataclass(frozen=True)
class Network:
    """One network that exists."""

    id: str
    name: str
    subnet: IPv4Network


def pool() -> IPv4Network:
    """Where subnets are taken from. Raises `RuntimeUnavailable` when the setting is no network."""
    text = os.environ.get("FDELAB_SUBNET_POOL", POOL)
    try:
        return IPv4Network(text)
    except ValueError as error:
        raise RuntimeUnavailable(f"FDELAB_SUBNET_POOL: {error}") from error


def members(plan: Plan, net: Net) -> list[str]:
    """Return the names of the processes that meet in `net`, in the plan's order."""
    return [p.name for p in plan.processes if net in MEMBERS[p.role]]


def assign(plan: Plan, subnets: Mapping[Net, IPv4Network]) -> dict[str, dict[Net, IPv4Address]]:
    """Every process's address in each net that it is in; the gateway's, the first, is left out."""
    addresses: dict[str, dict[Net, IPv4Address]] = {p.name: {} for p in plan.processes}
    for net, subnet in subnets.items():
        for name, host in zip(members(plan, net), list(subnet.hosts())[1:], strict=False):
            addresses[name][net] = host
    return addresses


def prefix(count: int) -> int:
    """Length of the smallest prefix, at most /28, with room for `count` processes, gateway, network and broadcast."""
    return min(28, 32 - (count + 2).bit_length())


def free(within: IPv4Network, length: int, used: Iterable[IPv4Network]) -> Iterator[IPv4Network]:
    """Subnets of `within` that overlap with none of `used`, starting anywhere, so that two worlds seldom collide."""
    taken = [network for network in used if network.overlaps(within)]
    count = 2 ** (length - within.prefixlen)
    start = random.SystemRandom().randrange(count)
    size = 2 ** (32 - length)
    for i in range(count):
        subnet = IPv4Network((int(within.network_address) + (start + i) % count * size, length))
        if not any(subnet.overlaps(network) for network in taken):
            yield subnet


async def create(engine: Engine, plan: Plan, world: str) -> dict[Net, Network]:
    """Make the three. Raises `RuntimeUnavailable` when the pool has no room."""
    used = [*await engine.call(_engine_subnets, engine), *_host_subnets()]
    length = prefix(max(len(members(plan, net)) for net in NETS))
    choice = free(pool(), length, used)
    made = await asyncio.gather(*(_create(engine, plan.session, world, net, choice) for net in NETS))
    return dict(zip(NETS, made, strict=True))


async def _create(engine: Engine, session: str, world: str, net: Net, choice: Iterator[IPv4Network]) -> Network:
    name = f"fdelab-{session}-{net}"
    trouble: APIError | None = None
    for _, subnet in zip(range(_ATTEMPTS), choice, strict=False):
        try:
            made = await engine.call(
                engine.api.create_network,
                name,
                driver="bridge",
                options=_EDGE if net == "edge" else _SEALED,
                ipam=IPAMConfig(pool_configs=[IPAMPool(subnet=str(subnet), gateway=str(subnet[1]))]),
                internal=net != "edge",
                labels={SESSION: session, ROLE: net, WORLD: world},
            )
        except APIError as error:
            if "overlap" not in str(error):
                raise RuntimeUnavailable(f"the engine makes no network: {error.explanation}") from error
            trouble = error
        else:
            return Network(made["Id"], name, subnet)
    raise RuntimeUnavailable(
        f"no free subnet in {pool()} (FDELAB_SUBNET_POOL): `fdelab gc` removes what old worlds left"
    ) from trouble


def _engine_subnets(engine: Engine) -> list[IPv4Network]:
    configs: list[dict[str, Any]] = [
        config for network in engine.api.networks() for config in (network.get("IPAM") or {}).get("Config") or ()
    ]
    texts = [config.get("Subnet", "") for config in configs]
    return [IPv4Network(text) for text in texts if "." in text]


def _host_subnets() -> list[IPv4Network]:
    addresses = [a for found in psutil.net_if_addrs().values() for a in found if a.netmask and "." in a.address]
    return [IPv4Network((a.address, a.netmask), strict=False) for a in addresses]
