"""A coding agent takes an engagement: the stock client starts `fdelab mcp` as a process, and speaks by its pipes."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from labs.engagement.engagement import Engagement
from labs.library.catalogue import REFERENCE, find
from labs.world.client import living
from tests.functional.labs.conftest import FDELAB, Run
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("labs-mcp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario that is over in seconds, and judged on however busy a machine."""
    return little.endure(little.make(tmp_path_factory.mktemp("scenarios") / "little"))


@pytest.fixture
def mine(folder: Path, tmp_path: Path, state: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An engagement's folder, without a world."""
    monkeypatch.setenv("FDELAB_STATE", str(state))
    monkeypatch.setenv("CI", "false")
    made = run("start", folder, tmp_path / "mine", "--files-only", "--runtime", "local")
    assert made.returncode == 0, made.stderr
    yield tmp_path / "mine"
    run("stop", cwd=tmp_path / "mine")


@pytest.fixture
def agent(mine: Path) -> Client:
    return Client(StdioServerParameters(command=str(FDELAB), args=["mcp", str(mine)], env=dict(os.environ)))


async def answer(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content
    return found


def _verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["verdict"] for one in report["checks"]}


async def until(ask: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(120):
        while True:
            if await ask():
                return
            await asyncio.sleep(0.5)


async def test_an_agent_takes_an_engagement_from_its_briefing_to_its_exam(
    agent: Client, mine: Path, folder: Path, tmp_path: Path
) -> None:
    told: list[str] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    async with agent as client:
        assert {"start", "ask", "sql", "exam"} <= {tool.name for tool in (await client.list_tools()).tools}
        (page,) = (await client.read_resource("fdelab://briefing")).contents
        assert "# Promise dates" in getattr(page, "text", "")
        said = await answer(client, "ask", person="dieter", question="how many sessions may we open?")
        assert said["reveals"] == "session-limit"

        started = await client.call_tool("start", {}, progress_callback=hear)
        assert started.structured_content["world"] == "up", started.content
        assert any("starting" in line for line in told)

        async def checked() -> bool:
            found = await client.call_tool("check", {})
            return not found.is_error and _verdicts(found.structured_content).get("dates-hold") == "fail"

        await until(checked)
        phases = await answer(client, "sql", query="select name from phases where graded", lap="1")
        assert phases == {"rows": [{"name": "morning"}]}
        assert len((await answer(client, "logs", last=3))["lines"]) <= 3

        find(str(folder)).materialise(REFERENCE, tmp_path / "repaired")
        shutil.copytree(tmp_path / "repaired", mine / "workspace", dirs_exist_ok=True)
        repaired = await answer(client, "redeploy")
        assert repaired["ready"] and repaired["changed"]

        told.clear()
        exam = await client.call_tool("exam", {}, progress_callback=hear)
        assert _verdicts(exam.structured_content)["dates-hold"] == "pass", exam.content
        assert told[-1] == "the exam is being judged"

        assert len((await answer(client, "stop"))["stopped"]) == 1
        assert (await answer(client, "status"))["world"] is None
    assert living() == []


async def test_a_start_that_is_taken_back_leaves_no_world(agent: Client, mine: Path) -> None:
    begun = asyncio.Event()

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        begun.set()

    async with agent as client:
        call = asyncio.create_task(client.call_tool("start", {}, progress_callback=hear))
        await begun.wait()
        call.cancel()

        async def gone() -> bool:
            return living() == []

        await until(gone)
        assert (await answer(client, "status"))["session"] is None


async def test_a_world_outlives_the_agent_that_brings_it_up(agent: Client, mine: Path) -> None:
    begun = asyncio.Event()

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        begun.set()

    async with agent as client:
        call = asyncio.create_task(client.call_tool("start", {}, progress_callback=hear))
        await begun.wait()
        # What the end of an agent's program is: its pipes close, and nothing is taken back.
        call.add_done_callback(lambda task: task.cancelled() or task.exception())
    assert Engagement.load(mine).world() is not None


INITIALIZE = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}  # fmt: skip


@pytest.mark.parametrize("way", ["close", "interrupt"])
def test_stdout_holds_the_protocol_alone_and_the_server_ends(mine: Path, way: str) -> None:
    command = [str(FDELAB), "mcp"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=mine, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as server:
        assert server.stdin and server.stdout and server.stderr
        server.stdin.write(json.dumps(INITIALIZE) + "\n")
        server.stdin.flush()
        first = json.loads(server.stdout.readline())
        if way == "close":
            server.stdin.close()
        else:
            server.send_signal(signal.SIGINT)
        rest, said = server.stdout.read(), server.stderr.read()
        assert server.wait() == 0
    assert first["result"]["serverInfo"]["name"] == "fdelab"
    assert str(mine / "workspace") in first["result"]["instructions"]
    assert (rest, said) == ("", "")
