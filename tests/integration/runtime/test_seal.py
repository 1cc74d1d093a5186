"""A deployment that tries to break out. Each attempt has a control: the same thing where it must succeed."""

import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from simulator.runtime.base import Exit
from simulator.runtime.docker import containers, seccomp
from simulator.runtime.docker.engine import Engine

from .conftest import MEBI, Lab

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]

OUTSIDE = "192.0.2.1"
"""An address set aside for documentation (RFC 5737): the next hop of test machines, or nothing at all."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> AsyncIterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("seal"), engine)
    try:
        plan = lab.plan(lab.service())
        await lab.open(plan)
        await lab.start(*plan.processes)
        yield lab
    finally:
        await lab.runtime.close()


@pytest.fixture
def secret_of_the_host() -> Iterator[int]:
    """Port of a service that listens on all addresses of this machine."""
    with socket.create_server(("0.0.0.0", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    caller.sendall(b"secret")

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def gateway(world: Lab, net: str) -> str:
    (found,) = world.engine.api.networks(names=[f"fdelab-{world.session}-{net}"])
    return str(found["IPAM"]["Config"][0]["Gateway"])


async def test_services_on_the_host_cannot_be_reached_through_any_of_its_addresses(
    world: Lab, secret_of_the_host: int
) -> None:
    control = await world.ask(do="connect", host=gateway(world, "edge"), port=secret_of_the_host)
    assert control == {"reached": True, "said": "secret"}
    own = [a.address for found in psutil.net_if_addrs().values() for a in found if a.family == socket.AF_INET]
    hosts = {*own, gateway(world, "deploy"), gateway(world, "site"), gateway(world, "edge")} - {"127.0.0.1"}
    for host in hosts:
        tried = await world.guest(do="connect", host=host, port=secret_of_the_host, timeout=1)
        assert not tried["reached"], host


async def test_the_field_answers_in_a_network_for_its_address_there_alone(world: Lab) -> None:
    deploy, edge, site = (world.ip("field", net) for net in ("deploy", "edge", "site"))
    assert (await world.guest(do="connect", host=deploy, port=8000, here=True))["reached"]
    for host, port in ((edge, 7000), (site, 8000), (world.ip("site", "site"), 8000)):
        assert not (await world.guest(do="connect", host=host, port=port, here=True, timeout=4))["reached"]
    neighbours = [line.split() for line in (await world.guest(do="read", path="/proc/net/arp")).splitlines()[1:]]
    assert {address for address, _, flags, *_ in neighbours if int(flags, 16)} == {deploy}
    assert (await world.ask(do="read", path="/proc/sys/net/ipv4/ip_forward")) == "0\n"


async def test_the_outside_cannot_be_reached(world: Lab) -> None:
    plain = DockerContainer(world.runtime._images["workbench"]).with_command("sleep 60")
    with Network() as network, plain.with_network(network):
        route = plain.exec(["python", "-c", _CAN_ROUTE]).output.decode()
    assert route == "routed", "a plain container has a way out"
    tried = await world.guest(do="connect", host=OUTSIDE, port=80, timeout=2)
    assert not tried["reached"]
    assert not (await world.ask(do="connect", host=OUTSIDE, port=80, timeout=2))["reached"]


_CAN_ROUTE = f"""
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("{OUTSIDE}", 80))
print("routed", end="")
"""


async def test_a_part_cannot_be_reached_past_its_proxy(world: Lab) -> None:
    real = world.ip("site", "site")
    assert (await world.ask(do="connect", host=real, port=8000))["reached"]
    assert (await world.guest(do="connect", host="erp", port=8000))["reached"]
    assert not (await world.guest(do="connect", host=real, port=8000, timeout=2))["reached"]
    assert (await world.guest(do="lookup", name="site-erp"))["found"] is None


async def test_control_cannot_be_reached_on_any_address_of_the_field(world: Lab) -> None:
    assert (await world.ask(do="connect", host=world.ip("field", "edge"), port=7000))["reached"]
    assert (await world.guest(do="connect", host=world.ip("field", "deploy"), port=8000))["reached"]
    for net in ("deploy", "site", "edge"):
        tried = await world.guest(do="connect", host=world.ip("field", net), port=7000, timeout=1)
        assert not tried["reached"], net


async def test_another_world_cannot_be_reached(world: Lab, tmp_path: Path, engine: Engine) -> None:
    other = Lab(tmp_path, engine)
    try:
        plan = other.plan(other.service())
        await other.open(plan)
        await other.start(*plan.processes)
        assert (await other.guest(do="connect", host=other.ip("field", "deploy"), port=8000))["reached"]
        for host in (other.ip("field", "deploy"), other.ip("promise-api", "deploy"), other.ip("site", "site")):
            assert not (await world.guest(do="connect", host=host, port=8000, timeout=1))["reached"]
    finally:
        await other.runtime.close()


async def test_unknown_names_are_asked_of_the_field_alone_and_answered(world: Lab) -> None:
    assert (await world.guest(do="lookup", name="erp"))["found"]
    tried = await world.guest(do="lookup", name="data.outside.invalid")
    assert tried["found"] is None
    assert "data.outside.invalid" in await world.ask(do="queries")


async def test_nothing_but_tmp_can_be_written_and_nothing_there_be_run(world: Lab) -> None:
    assert (await world.guest(do="write", path="/tmp/x"))["written"]
    for path in ("/x", "/app/x", "/etc/hosts", "/opt/workbench/x", "/usr/x", "/proc/sys/kernel/hostname", "/sys/x"):
        assert not (await world.guest(do="write", path=path))["written"], path
    too_much = await world.guest(do="write", path="/tmp/big", mebi=65)
    assert not too_much["written"]
    run = {"do": "exec", "argv": ["sh", "-c", "rm -f /tmp/big; cp /bin/true /tmp/true; chmod 755 /tmp/true; /tmp/true"]}
    assert (await world.guest(do="exec", argv=["/bin/true"]))["code"] == 0
    assert "Permission denied" in (await world.guest(**run))["err"]


async def test_a_deployment_is_nobody_without_privileges_or_engine(world: Lab) -> None:
    told = await world.guest(do="me")
    assert (told["uid"], told["gid"]) == (65534, 65534)
    assert int(told["capabilities"], 16) == 0
    assert told["privileges"] == "1"
    assert told["files"] == 1024
    assert not told["socket"]


async def test_no_system_call_that_breakouts_begin_with_is_there(world: Lab) -> None:
    probe = ["python", "-c", (Path(__file__).parents[1] / "calls.py").read_text()]
    plain = DockerContainer(world.runtime._images["workbench"]).with_command("sleep 60")
    with plain.with_kwargs(security_opt=["seccomp=unconfined"]):
        free = json.loads(plain.exec(probe).output)
    refused = {"EPERM", "ENOSYS"}
    assert {"keyctl", "ptrace", "process_vm_readv", "clone3"} <= {n for n, met in free.items() if met not in refused}
    told = await world.guest(do="exec", argv=probe)
    tried = json.loads(told["out"])
    assert len(tried) > 20
    assert set(tried.values()) <= refused, tried


async def test_what_deployments_are_made_of_works(world: Lab) -> None:
    # With more memory than the toy's: as a service of a scenario that learns models has.
    service = DockerContainer(world.runtime._images["workbench"]).with_command("sleep 600")
    hardened = {"security_opt": seccomp.options(world.engine), "cap_drop": ["ALL"], "user": containers.NOBODY}
    with service.with_kwargs(**hardened, mem_limit="1g", working_dir="/tmp"):
        told = service.exec(["python", "-c", _WORK])
    assert (told.exit_code, told.output) == (0, b"works\n")


_WORK = """
import asyncio, concurrent.futures, multiprocessing, sqlite3, subprocess, sys
import fastapi, lxml.etree, numpy, pandas, psycopg, sklearn.linear_model, uvicorn
a = numpy.random.default_rng(1).normal(size=(60, 60))
assert numpy.allclose(a @ numpy.linalg.inv(a), numpy.eye(60), atol=1e-6)
sklearn.linear_model.LogisticRegression().fit(a, a[:, 0] > 0)
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    assert sum(pool.map(abs, range(-9, 0))) == 45
sqlite3.connect("/tmp/data.db").execute("create table t (x)")
assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout == b"1\\n"
async def ran():
    child = await asyncio.create_subprocess_exec("true")
    return await child.wait()
assert asyncio.run(ran()) == 0
try:
    psycopg.connect("postgresql://127.0.0.1:1/none", connect_timeout=2)
except psycopg.OperationalError as error:
    assert "refused" in str(error)
print("works")
"""


async def test_no_more_processes_than_its_limit(world: Lab) -> None:
    assert await world.guest(do="fork", count=20) == {"started": 20}
    tried = await world.guest(do="fork", count=200)
    assert tried["started"] < 64
    assert "temporarily unavailable" in tried["error"]


async def test_more_memory_than_its_limit_ends_it_and_that_is_told(world: Lab) -> None:
    assert await world.guest(do="eat", size=32 * MEBI) == {"held": 32 * MEBI}
    with pytest.raises(Exception, match=r"500|closed|reset"):
        await world.guest(do="eat", size=512 * MEBI)
    assert await world.exit("promise-api") == Exit(137, out_of_memory=True)
    world.lines.clear()
    await world.start(world.service())
