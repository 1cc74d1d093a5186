from ipaddress import IPv4Network
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.plan import Address, Endpoint, Plan, Process, Role, resolve
from simulator.runtime.base import RuntimeUnavailable
from simulator.runtime.docker import networks


def process(name: str, role: Role, *endpoints: Endpoint) -> Process:
    return Process(name, role, "site", ("true",), endpoints=endpoints)


PLAN = Plan(
    "s",
    (
        process("site", "site", Endpoint("site-erp", "site", 8000)),
        process("site-crm", "site"),
        process("field", "field", Endpoint("erp", "deploy", 8000), Endpoint("control", "edge", 7000)),
        process("api", "deployment", Endpoint("api", "deploy", 8000)),
        process("worker", "deployment"),
    ),
)
SUBNETS = {
    "deploy": IPv4Network("10.0.0.0/28"),
    "site": IPv4Network("10.0.0.16/28"),
    "edge": IPv4Network("10.0.0.32/28"),
}


def test_a_process_has_an_address_in_each_net_of_its_role_and_no_other() -> None:
    found = networks.assign(PLAN, SUBNETS)  # type: ignore[arg-type]
    assert {name: sorted(nets) for name, nets in found.items()} == {
        "site": ["site"],
        "site-crm": ["site"],
        "field": ["deploy", "edge", "site"],
        "api": ["deploy"],
        "worker": ["deploy"],
    }


def test_no_address_is_given_twice_or_is_the_gateways() -> None:
    found = networks.assign(PLAN, SUBNETS)  # type: ignore[arg-type]
    addresses = [address for nets in found.values() for address in nets.values()]
    assert len(set(addresses)) == len(addresses)
    assert not {subnet[1] for subnet in SUBNETS.values()} & set(addresses)
    assert all(address in SUBNETS[net] for nets in found.values() for net, address in nets.items())


@given(st.integers(1, 200))
def test_a_subnet_has_room_for_all_and_is_no_larger_than_it_must(count: int) -> None:
    length = networks.prefix(count)
    usable = 2 ** (32 - length) - 3
    assert usable >= count
    assert length == 28 or 2 ** (31 - length) - 3 < count


@given(st.lists(st.integers(0, 15), max_size=15, unique=True))
def test_free_subnets_overlap_with_nothing_that_is_used(taken: list[int]) -> None:
    within = IPv4Network("10.9.0.0/24")
    used = [list(within.subnets(new_prefix=28))[i] for i in taken]
    found = list(networks.free(within, 28, [*used, IPv4Network("192.168.0.0/16")]))
    assert len(found) == len(set(found)) == 16 - len(taken)
    assert not any(a.overlaps(b) for a in found for b in used)


def test_two_worlds_seldom_try_the_same_subnet_first() -> None:
    firsts = {next(networks.free(IPv4Network("10.9.0.0/16"), 28, [])) for _ in range(20)}
    assert len(firsts) > 10


def test_a_wide_network_in_the_pool_takes_all_of_it() -> None:
    assert not list(islice(networks.free(IPv4Network("10.9.0.0/24"), 28, [IPv4Network("10.0.0.0/8")]), 1))


def test_a_pool_that_is_no_network_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FDELAB_SUBNET_POOL", "10.9.0.1/16")
    with pytest.raises(RuntimeUnavailable, match="FDELAB_SUBNET_POOL"):
        networks.pool()


def test_references_are_resolved_to_what_callers_dial_and_owners_bind() -> None:
    addresses = {
        "erp": Address("10.0.0.3", "erp", 8000, 8000),
        "control": Address("10.0.0.35", "127.0.0.1", 21000, 7000),
    }
    text = "{url:erp} {bind:control}:{bind_port:control} {host:control}:{port:control} {path:code} {unknown} {a:b}"
    told = resolve(text, PLAN, addresses, {"code": "/app"})
    assert told == "http://erp:8000 10.0.0.35:7000 127.0.0.1:21000 /app {unknown} {a:b}"
    with pytest.raises(KeyError):
        resolve("{url:nothing}", PLAN, addresses, {})
    with pytest.raises(KeyError):
        resolve("{path:nothing}", PLAN, addresses, {})
