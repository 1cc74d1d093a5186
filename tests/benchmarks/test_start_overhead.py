"""What the runtimes add to the start of a world: ÷ the same networks and containers, or processes, started plainly."""

import asyncio
import os
import statistics
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from simulator.plan import Endpoint, Net, Plan, Process, Role
from simulator.runtime import images
from simulator.runtime.base import Runtime, RuntimeUnavailable
from simulator.runtime.docker import DockerRuntime
from simulator.runtime.docker.engine import Engine, connect
from simulator.runtime.docker.networks import MEMBERS, NETS
from simulator.runtime.local import LocalRuntime

BUDGET = 1.15
ROUNDS = 9
READY = "Serving HTTP"
SERVE = ("-m", "http.server", "--directory", "/", "--bind")


def process(name: str, role: Role, net: Net) -> Process:
    image = "workbench" if role == "deployment" else "site"
    argv = ("python", *SERVE, f"{{bind:{name}}}", f"{{bind_port:{name}}}")
    return Process(name, role, image, argv, endpoints=(Endpoint(name, net, 8000),))  # type: ignore[arg-type]


PROCESSES = (
    process("site", "site", "site"),
    process("field", "field", "edge"),
    process("promise-api", "deployment", "deploy"),
    process("worker", "deployment", "deploy"),
)


async def runtime_start(runtime: Runtime) -> float:
    """Seconds until all of a runtime's processes have said that they serve."""
    waiting = {p.name for p in PROCESSES}
    ready = asyncio.Event()

    def hear(name: str, _: str, line: str) -> None:
        if line.startswith(READY):
            waiting.discard(name)
            if not waiting:
                ready.set()

    began = time.perf_counter()
    try:
        await runtime.open(Plan(f"b-{uuid.uuid4().hex[:8]}", PROCESSES), hear, lambda _: None)
        await asyncio.gather(*(runtime.start(p) for p in PROCESSES))
        async with asyncio.timeout(60):
            await ready.wait()
        return time.perf_counter() - began
    finally:
        await runtime.close()


def plain_containers(engine: Engine, tags: dict[str, str]) -> float:
    """The same through the SDK alone, as fast as threads can."""
    mark, api = f"plain-{uuid.uuid4().hex[:8]}", engine.api
    label = {"fdelab.benchmark": mark}

    def network(net: str) -> str:
        return str(api.create_network(f"{mark}-{net}", internal=net != "edge", labels=label)["Id"])

    def container(p: Process) -> None:
        nets = MEMBERS[p.role]
        made = api.create_container(
            tags[p.image],
            ["python", *SERVE, "0.0.0.0", "8000"],
            labels=label,
            ports=[8000],
            host_config=api.create_host_config(port_bindings={8000: ("127.0.0.1", None)} if "edge" in nets else None),
            networking_config={"EndpointsConfig": {f"{mark}-{nets[0]}": api.create_endpoint_config()}},
        )["Id"]
        for net in nets[1:]:
            api.connect_container_to_network(made, f"{mark}-{net}")
        output = api.attach(made, stream=True, logs=False)
        api.start(made)
        assert any(READY.encode() in chunk for chunk in output)
        output.close()
        output._response.close()  # type: ignore[attr-defined]

    began = time.perf_counter()
    try:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(network, NETS))
            list(threads.map(container, PROCESSES))
        return time.perf_counter() - began
    finally:
        with ThreadPoolExecutor(8) as threads:
            found = api.containers(all=True, filters={"label": f"fdelab.benchmark={mark}"})
            list(threads.map(lambda c: api.remove_container(c["Id"], force=True), found))
        for made in api.networks(filters={"label": f"fdelab.benchmark={mark}"}):
            api.remove_network(made["Id"])


async def plain_processes(home: Path) -> float:
    """The same processes, started bare, with as small an environment."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    began = time.perf_counter()
    started = await asyncio.gather(
        *(
            asyncio.create_subprocess_exec(
                sys.executable,
                *SERVE,
                "127.0.0.1",
                "0",
                env=environment,
                cwd=home,
                stdout=asyncio.subprocess.PIPE,
            )
            for _ in PROCESSES
        )
    )
    try:
        for child in started:
            assert child.stdout is not None
            assert (await child.stdout.readline()).decode().startswith(READY)
        return time.perf_counter() - began
    finally:
        for child in started:
            child.kill()
            await child.communicate()


async def compare(ours: Callable[[], Awaitable[float]], plain: Callable[[], Awaitable[float]]) -> float:
    """Median of the ratios of neighbours in time: what else the machine does strikes both alike. They take turns."""
    pairs = []
    for number in range(ROUNDS):
        took = {}
        for run in (ours, plain) if number % 2 else (plain, ours):
            took[run] = await run()
        pairs.append((took[ours], took[plain]))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"\nours {[round(a, 2) for a, _ in pairs]} s, plain {[round(b, 2) for _, b in pairs]} s, ratio {ratio:.2f}")
    return ratio


@pytest.mark.docker
async def test_a_world_starts_on_docker_almost_as_fast_as_its_containers(tmp_path: Path) -> None:
    try:
        engine = connect()
    except RuntimeUnavailable as reason:
        pytest.skip(str(reason))
    tags = dict(images.ensure(engine, {"site", "workbench"}, print))
    rounds = iter(range(ROUNDS))
    ratio = await compare(
        lambda: runtime_start(DockerRuntime(tmp_path / str(next(rounds)), engine)),
        lambda: asyncio.to_thread(plain_containers, engine, tags),
    )
    engine.close()
    assert ratio <= BUDGET


async def test_a_world_starts_on_local_almost_as_fast_as_its_processes(tmp_path: Path) -> None:
    rounds = iter(range(ROUNDS))
    ratio = await compare(
        lambda: runtime_start(LocalRuntime(tmp_path / str(next(rounds)))),
        lambda: plain_processes(tmp_path),
    )
    assert ratio <= BUDGET
