"""A small world on the real engine: a field, a site and a deployment that are toys of the tests."""

import asyncio
import json
import textwrap
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulator.plan import Address, Endpoint, Limits, Mount, Plan, Process
from simulator.runtime.base import Exit, RuntimeUnavailable
from simulator.runtime.docker import DockerRuntime
from simulator.runtime.docker.engine import Engine, connect

TOY = (Path(__file__).parent / "toy.py").read_text()
MEBI = 2**20


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    try:
        engine = connect()
    except RuntimeUnavailable as reason:
        pytest.skip(str(reason))
    yield engine
    engine.close()


class Lab:
    """A Docker runtime with a world of its own, what it printed, and a way to give orders to its toys."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.engine = engine
        self.session = f"t-{uuid.uuid4().hex[:8]}"
        self.folder = folder
        self.world = folder / "worlds" / self.session
        self.lines: list[tuple[str, str, str]] = []
        self.progress: list[str] = []
        self.runtime = DockerRuntime(self.world, engine)
        self.addresses: dict[str, Address] = {}

    def code(self, name: str, text: str = TOY) -> Mount:
        """A folder with a program in it that only its owner may read, as learners have them."""
        source = self.folder / f"{name}.d"
        source.mkdir(exist_ok=True)
        (source / "main.py").write_text(textwrap.dedent(text))
        (source / "main.py").chmod(0o600)
        source.chmod(0o700)
        return Mount("code", source, "/app")

    def service(self, text: str = TOY, **more: Any) -> Process:
        """A deployment of one service, `promise-api`."""
        defaults: dict[str, Any] = {
            "argv": ("python", "main.py", "{bind:promise-api}", "{bind_port:promise-api}"),
            "endpoints": (Endpoint("promise-api", "deploy", 8000),),
            "env": {"ERP_URL": "{url:erp}"},
            "mounts": (self.code("promise-api", text),),
            "limits": Limits(cpus=1.0, memory=128 * MEBI, pids=64),
            "workdir": "code",
        }
        return Process("promise-api", "deployment", "workbench", **(defaults | more))

    def plan(self, *services: Process) -> Plan:
        """A site with the real `erp`, and a field that listens as `erp`, as control, and for the deployment's DNS."""
        laps = self.folder / "laps"
        laps.mkdir(exist_ok=True)
        evidence = Mount("evidence", laps, "/evidence", writable=True)
        toy = ("python", "/app/main.py")
        site = Process(
            "site", "site", "site", (*toy, "{bind:site-erp}", "{bind_port:site-erp}"),
            endpoints=(Endpoint("site-erp", "site", 8000),), mounts=(evidence, self.code("toy")),
        )  # fmt: skip
        field = Process(
            "field", "field", "site",
            (*toy, "{bind:control}", "{bind_port:control}", "{bind:erp}", "{bind_port:erp}", "dns", "{bind:dns}"),
            endpoints=(
                Endpoint("control", "edge", 7000), Endpoint("erp", "deploy", 8000),
                Endpoint("dns", "deploy", 53, udp=True),
            ),
            mounts=(evidence, self.code("toy")), config='{"erp": "{url:site-erp}", "here": "{path:evidence}"}',
        )  # fmt: skip
        return Plan(self.session, (site, field, *services))

    async def open(self, plan: Plan) -> None:
        made = await self.runtime.open(plan, lambda *line: self.lines.append(line), self.progress.append)
        self.addresses = dict(made)

    async def start(self, *processes: Process) -> None:
        """Start them at once, and wait until each has said that it listens."""
        await asyncio.gather(*(self.runtime.start(process) for process in processes))
        for process in processes:
            await self.until(partial(self.lines.__contains__, (process.name, "stdout", "listening")))

    async def until(self, true: Callable[[], object], within: float = 30.0) -> None:
        async with asyncio.timeout(within):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def exit(self, name: str, within: float = 30.0) -> Exit:
        async with asyncio.timeout(within):
            while (ended := await self.runtime.exited(name)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return ended

    async def ask(self, **order: Any) -> Any:
        """Let the field carry out an order; with `at` it passes it on to the toy there."""
        return await asyncio.to_thread(self._ask, order)

    def _ask(self, order: dict[str, Any]) -> Any:
        control = self.addresses["control"]
        request = urllib.request.Request(f"http://{control.host}:{control.port}/", json.dumps(order).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    async def guest(self, **order: Any) -> Any:
        """Let the deployment carry out an order."""
        return await self.ask(do="pass", at="http://promise-api:8000", order=order)

    def ip(self, process: str, net: str) -> str:
        """The address of a container in one of its networks."""
        told = self.engine.api.inspect_container(f"fdelab-{self.session}-{process}")
        return str(told["NetworkSettings"]["Networks"][f"fdelab-{self.session}-{net}"]["IPAddress"])


@pytest.fixture
async def lab(tmp_path: Path, engine: Engine) -> AsyncIterator[Lab]:
    lab = Lab(tmp_path, engine)
    yield lab
    await lab.runtime.close()


@pytest.fixture
async def world(lab: Lab) -> Lab:
    """All three processes run."""
    service = lab.service()
    plan = lab.plan(service)
    await lab.open(plan)
    await lab.start(*plan.processes)
    return lab
