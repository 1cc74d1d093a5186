import asyncio
import json
import os
import socket
import textwrap
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from simulator.plan import Endpoint, Mount, Plan, Process
from simulator.runtime.base import Exit
from simulator.runtime.lines import MAX_LINE
from simulator.runtime.local import LocalRuntime

# Of this test process alone: other workers end what carries their session.
SESSION = f"test{os.getpid():x}"

SERVER = """
    import http.server, json, os, sys
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"env": dict(os.environ), "argv": sys.argv, "cwd": os.getcwd()}).encode()
            self.send_response(200); self.end_headers(); self.wfile.write(body)
        def log_message(self, *args): pass
    print("listening", flush=True)
    http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
"""

DAEMON = """
    import os, time
    leader = os.getpid()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open("daemon.pid", "w").write(f"{leader} {os.getpid()}")
            time.sleep(600)
        os._exit(0)
    while True: time.sleep(1)
"""


class Lab:
    """A local runtime in a world of its own, with what its processes printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[tuple[str, str, str]] = []
        self.runtime = LocalRuntime(folder / "world")

    def process(self, name: str, code: str, *args: str, **more: object) -> Process:
        source = self.folder / f"{name}.d"
        source.mkdir(exist_ok=True)
        (source / "main.py").write_text(textwrap.dedent(code))
        defaults: dict[str, object] = {
            "role": "deployment",
            "image": "workbench",
            "mounts": (Mount("code", source, "/app"),),
            "workdir": "code",
        }
        return Process(name, argv=("python", "main.py", *args), **(defaults | more))  # type: ignore[arg-type]

    async def open(self, *processes: Process) -> None:
        plan = Plan(SESSION, processes)
        self.addresses = await self.runtime.open(plan, lambda *line: self.lines.append(line), lambda line: None)

    async def end(self, name: str) -> Exit:
        async with asyncio.timeout(20):
            while (ended := await self.runtime.exited(name)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return ended


async def until(true: Callable[[], object], within: float = 20.0) -> None:
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    lab = Lab(tmp_path)
    yield lab
    await lab.runtime.close()


async def test_a_process_gets_its_address_its_references_and_no_environment_but_the_plans(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "1")
    web = lab.process(
        "web", SERVER, "{bind:web}", "{bind_port:web}",
        endpoints=(Endpoint("web", "deploy", 8000),), env={"SELF_URL": "{url:web}", "HERE": "{path:code}"},
    )  # fmt: skip
    await lab.open(web)
    await lab.runtime.start(web)
    await until(lambda: ("web", "stdout", "listening") in lab.lines)
    address = lab.addresses["web"]
    url = f"http://{address.host}:{address.port}"
    answer = json.load(await asyncio.to_thread(urllib.request.urlopen, url))
    assert answer["env"]["SELF_URL"] == url
    assert answer["env"]["HERE"] == answer["cwd"] == str(lab.folder / "web.d")
    assert answer["env"]["FDELAB_SESSION"] == SESSION
    assert "SECRET_OF_THE_HOST" not in answer["env"]
    assert await lab.runtime.exited("web") is None


async def test_a_config_is_resolved_and_only_its_owner_reads_it(lab: Lab) -> None:
    code = "import sys; print(open(sys.argv[1]).read())"
    process = lab.process(
        "p", code, "{path:config}", config='{"port": {port:p}, "at": "{path:code}"}',
        endpoints=(Endpoint("p", "site", 1),),
    )  # fmt: skip
    await lab.open(process)
    await lab.runtime.start(process)
    await lab.end("p")
    told = json.loads(lab.lines[0][2])
    assert told == {"port": lab.addresses["p"].port, "at": str(lab.folder / "p.d")}
    assert (lab.folder / "world" / "config" / "p.json").stat().st_mode & 0o777 == 0o600


async def test_ports_are_not_given_twice(tmp_path: Path) -> None:
    labs = [Lab(tmp_path / str(i)) for i in range(5)]
    for lab in labs:
        lab.folder.mkdir()
        names = [Endpoint(f"e{i}", "site", 8000, udp=i % 2 == 0) for i in range(20)]
        await lab.open(lab.process("p", "", endpoints=tuple(names)))
    ports = [a.port for lab in labs for name, a in lab.addresses.items() if int(name[1:]) % 2]
    assert len(set(ports)) == len(ports) == 50
    for lab in labs:
        await lab.runtime.close()


async def test_exits_are_told_with_all_that_was_printed(lab: Lab) -> None:
    code = "import sys; print('bye', end=''); print('why', file=sys.stderr); sys.exit(3)"
    process = lab.process("p", code)
    await lab.open(process)
    await lab.runtime.start(process)
    assert await lab.end("p") == Exit(3)
    assert sorted(lab.lines) == [("p", "stderr", "why"), ("p", "stdout", "bye")]


async def test_a_signal_is_told_as_a_shell_tells_it(lab: Lab) -> None:
    process = lab.process("p", "import os; os.kill(os.getpid(), 9)")
    await lab.open(process)
    await lab.runtime.start(process)
    assert await lab.end("p") == Exit(137)


async def test_a_program_that_does_not_exist_has_exited(lab: Lab) -> None:
    process = Process("p", "deployment", "workbench", ("no-such-program",))
    await lab.open(process)
    await lab.runtime.start(process)
    assert await lab.end("p") == Exit(127)
    assert "no-such-program" in lab.lines[0][2]


async def test_a_started_process_replaces_the_one_of_its_name(lab: Lab) -> None:
    process = lab.process("p", "import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    await lab.open(process)
    for count in (1, 2):
        await lab.runtime.start(process)
        await until(lambda: len(lab.lines) == count)  # noqa: B023
    first, second = (int(line) for _, _, line in lab.lines)
    assert not psutil.pid_exists(first)
    assert psutil.pid_exists(second)


@pytest.mark.parametrize("how", ["stop", "close", "death of the leader"])
async def test_a_daemon_does_not_outlive_its_process(lab: Lab, how: str) -> None:
    process = lab.process("p", DAEMON)
    await lab.open(process)
    await lab.runtime.start(process)
    note = lab.folder / "p.d" / "daemon.pid"
    await until(lambda: note.exists() and note.read_text())
    leader, daemon = (psutil.Process(int(pid)) for pid in note.read_text().split())
    sample = await lab.runtime.sample("p")
    assert sample is not None and sample.pids == 2
    if how == "stop":
        await lab.runtime.stop("p")
    elif how == "close":
        await lab.runtime.close()
    else:
        leader.kill()
        await lab.end("p")
    assert not daemon.is_running() or daemon.status() == psutil.STATUS_ZOMBIE
    assert await lab.runtime.sample("p") is None


async def test_a_flood_arrives_whole_and_in_order(lab: Lab) -> None:
    code = "import sys\nfor i in range(100_000): print(i)\nsys.stderr.write('x' * 1_000_000)"
    process = lab.process("p", code)
    await lab.open(process)
    await lab.runtime.start(process)
    await lab.end("p")
    assert [line for _, stream, line in lab.lines if stream == "stdout"] == [str(i) for i in range(100_000)]
    (long,) = [line for _, stream, line in lab.lines if stream == "stderr"]
    assert len(long) == MAX_LINE + 2


async def test_samples_tell_what_a_process_uses(lab: Lab) -> None:
    code = """
        import os, time
        hold = bytearray(100 * 2**20)
        if os.fork() == 0:
            time.sleep(600)
        while True: pass
    """
    process = lab.process("p", code)
    await lab.open(process)
    assert await lab.runtime.sample("p") is None
    await lab.runtime.start(process)
    async with asyncio.timeout(20):
        while True:
            await asyncio.sleep(0.3)
            sample = await lab.runtime.sample("p")
            if sample and sample.cpu > 0.1 and sample.memory > 100 * 2**20 and sample.pids == 2:
                break
    assert sample.cpu < 1.5
    assert sample.throttled == 0


async def test_close_leaves_no_process_and_may_be_called_again(lab: Lab) -> None:
    processes = [lab.process(f"p{i}", "import time; time.sleep(600)") for i in range(4)]
    await lab.open(*processes)
    await asyncio.gather(*(lab.runtime.start(p) for p in processes))
    await lab.runtime.close()
    await lab.runtime.close()
    assert [p for p in psutil.process_iter() if _session(p) == SESSION] == []
    assert [path.name for path in (lab.folder / "world").iterdir()] == ["config"]


async def test_what_ends_by_our_hand_is_told_as_killed(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    processes = [lab.process(f"p{i}", "import time; time.sleep(600)") for i in range(4)]
    await lab.open(*processes)
    for _ in range(5):
        await asyncio.gather(*(lab.runtime.start(p) for p in processes))
        await asyncio.gather(*(lab.runtime.stop(p.name) for p in processes))
        assert {await lab.runtime.exited(p.name) for p in processes} == {Exit(137)}
    assert caplog.records == []


async def test_a_released_port_is_the_owners(lab: Lab) -> None:
    web = lab.process("web", SERVER, "{bind:web}", "{bind_port:web}", endpoints=(Endpoint("web", "deploy", 8000),))
    await lab.open(web)
    with pytest.raises(OSError, match="in use"), socket.socket() as thief:
        thief.bind(("127.0.0.1", lab.addresses["web"].port))
    await lab.runtime.start(web)
    await until(lambda: ("web", "stdout", "listening") in lab.lines)


def _session(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("FDELAB_SESSION")
    except psutil.Error:
        return None
