"""The runtime without an engine: processes of this host that meet on 127.0.0.1.

It trusts what it runs: nothing here keeps a deployment from the rest of the machine. It does keep the promise that
nothing outlives its world: each process leads a session of its own and marks its descendants.
"""

import asyncio
import errno
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from simulator import scratch
from simulator.plan import Address, Endpoint, Limits, Plan, Process, resolve
from simulator.runtime import processes
from simulator.runtime.base import Exit, LogSink, Progress, RuntimeLost, RuntimeUnavailable, Sample
from simulator.runtime.lines import Lines
from simulator.runtime.orphans import Orphans
from simulator.runtime.ports import Ports
from simulator.strain import Threads, Turns

LOOPBACK = "127.0.0.1"
NOT_RUN = 127
_CANNOT_RUN = {errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOEXEC, errno.ENOTDIR, errno.ELOOP, errno.E2BIG}
"""What is wrong with the program that was asked for; anything else is wrong with the machine, and so ours."""
_CHUNK = 65_536
_GLANCE = 0.01
_LAST_WORDS, _SLICES = 0.5, 10
"""Seconds that pipes may take to run dry once all who could write to them are dead, and in how many looks: when the
machine lets us stand still, only one of them passes."""


@dataclass
class Running:
    """A process that was started, and has not been stopped."""

    process: asyncio.subprocess.Process
    started: float
    watcher: asyncio.Task[None] = field(init=False)
    sampled: tuple[float, float] | None = None
    """When it was sampled last (monotonic seconds), and its CPU seconds then."""
    threads: Threads = field(default_factory=Threads)


@dataclass(frozen=True)
class Start:
    """A command, resolved."""

    argv: list[str]
    env: dict[str, str]
    cwd: str


class LocalRuntime:
    """Executes a plan as processes of this host; implements `simulator.runtime.base.Runtime`."""

    name = "local"
    unsealed: tuple[str, ...] = ()

    def __init__(self, world: Path) -> None:
        self._world = world.resolve()
        self._ports = Ports()
        self._plan = Plan("", ())
        self._addresses: dict[str, Address] = {}
        self._log: LogSink = lambda *_: None
        self._running: dict[str, Running] = {}
        self._spawning = 0
        self._children: set[int] = set()
        """Processes that somebody waits for."""
        self._orphans = Orphans()
        self._exits: dict[str, Exit] = {}
        self._strangers = processes.Strangers()
        self._reasons: dict[str, Exit] = {}
        """How what is being ended will have ended, where its exit status will not tell."""

    async def open(self, plan: Plan, log: LogSink, progress: Progress) -> Mapping[str, Address]:
        """Choose a port for every endpoint. Raises `OSError` when there are not enough."""
        self._plan, self._log = plan, log
        for folder in (self._world / "config", self._home):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._addresses = {name: self._address(endpoint) for name, (endpoint, _) in plan.endpoints.items()}
        progress(f"{sum(a.port > 0 for a in self._addresses.values())} ports on {LOOPBACK}")
        return self._addresses

    def _address(self, endpoint: Endpoint) -> Address:
        port = self._ports.take(endpoint.udp)
        return Address(bind=LOOPBACK, host=LOOPBACK, port=port, bind_port=port)

    async def start(self, process: Process) -> None:
        """Start it in a session of its own; a program that cannot be run has exited with 127, as in a shell.

        Raises `RuntimeLost` where this machine cannot start anything.
        """
        await self.stop(process.name)
        self._exits.pop(process.name, None)
        self._reasons.pop(process.name, None)
        self._spawning += 1
        try:
            child = await self._spawn(process)
        except OSError as error:
            if error.errno not in _CANNOT_RUN:
                raise RuntimeLost(f"this machine cannot start {process.name}: {error.strerror}") from error
            self._log(process.name, "stderr", f"cannot run {process.argv[0]!r}: {error.strerror}")
            self._exits[process.name] = Exit(NOT_RUN)
            return
        finally:
            self._spawning -= 1
        self._children.add(child.pid)
        running = Running(child, time.monotonic())
        running.sampled = running.started, self._buried(process.name)
        running.watcher = asyncio.create_task(self._watch(process.name, running))
        self._running[process.name] = running

    async def _spawn(self, process: Process) -> asyncio.subprocess.Process:
        start = self._start_of(process)
        self._ports.release(self._addresses[e.name].port for e in process.endpoints)
        return await asyncio.create_subprocess_exec(
            *start.argv,
            env=start.env,
            cwd=start.cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )

    def _start_of(self, process: Process) -> Start:
        paths = {mount.name: str(mount.source) for mount in process.mounts} | self._write_config(process)
        program, *arguments = process.argv
        if process.image == "site" and program == "python":
            program = sys.executable
        return Start(
            argv=[program, *(self._resolve(word, paths) for word in arguments)],
            env=self._environment(process, paths),
            cwd=paths[process.workdir] if process.workdir else str(self._home),
        )

    async def stop(self, name: str) -> None:
        """Kill it with all that it started."""
        if running := self._running.pop(name, None):
            if name not in self._exits:
                await asyncio.to_thread(self._end, name, running.process.pid)
            await running.watcher

    async def signal(self, name: str, number: int) -> None:
        """Send a signal to the process that was started."""
        running = self._running.get(name)
        if running is not None and running.process.returncode is None:
            running.process.send_signal(number)

    async def freeze(self, name: str) -> None:
        """Stop all its processes, those that start meanwhile too."""
        await asyncio.to_thread(self._signal_all, name, signal.SIGSTOP)

    async def thaw(self, name: str) -> None:
        """Let all its processes go on."""
        await asyncio.to_thread(self._signal_all, name, signal.SIGCONT)

    def _signal_all(self, name: str, number: int) -> None:
        running = self._running.get(name)
        if running is not None and name not in self._exits:
            processes.signal_all(lambda: self._members(name, running.process.pid), number)

    async def limit(self, name: str, limits: Limits) -> None:  # noqa: ARG002 - as the protocol has it
        """Refuse, as nothing is bounded here. Raises `RuntimeUnavailable`."""
        raise RuntimeUnavailable(f"runtime {self.name} cannot bound what {name} uses")

    async def fill(self, name: str, leaves: int | None) -> None:  # noqa: ARG002 - as the protocol has it
        """Refuse, as the disk is the machine's own. Raises `RuntimeUnavailable`."""
        raise RuntimeUnavailable(f"runtime {self.name} cannot fill the disk of {name}")

    async def exited(self, name: str) -> Exit | None:
        """How it ended, once all its output has been delivered."""
        return self._exits.get(name)

    async def sample(self, name: str) -> Sample | None:
        """Return what its whole group used; memory is resident and counts shared pages for each."""
        running = self._running.get(name)
        if running is None or name in self._exits:
            return None
        self._bury(name)
        (cpu, memory, pids), turns = await asyncio.to_thread(self._look, name, running)
        now, cpu = time.monotonic(), cpu + self._buried(name)
        then, before = running.sampled or (running.started, 0.0)
        running.sampled = (now, cpu)
        used = max(0.0, cpu - before) / max(now - then, 1e-3)
        return Sample(used, memory, pids, turns=turns) if pids else None

    def _look(self, name: str, running: Running) -> tuple[tuple[float, int, int], Turns | None]:
        pid = running.process.pid
        turns = None
        if name in self._services:
            turns = running.threads.look(process.pid for process in self._members(name, pid))
        return self._usage(name, pid), turns

    def _bury(self, name: str) -> None:
        # Not while one starts that nobody waits for yet.
        if name in self._services and not self._spawning:
            self._orphans.bury(self._children)

    def _buried(self, name: str) -> float:
        """CPU seconds of the service's dead; of several services each gets its part, as nobody can tell."""
        return self._orphans.seconds / len(self._services) if name in self._services else 0.0

    @property
    def _services(self) -> frozenset[str]:
        return frozenset(process.name for process in self._plan.guests)

    async def close(self) -> None:
        """End every process of the world, also those that a keeper before this one left."""
        await asyncio.gather(*(self.stop(name) for name in list(self._running)))
        self._ports.close()
        if session := self._plan.session:
            await asyncio.to_thread(processes.end, lambda: processes.of_session(session))
        await asyncio.to_thread(shutil.rmtree, self._home, ignore_errors=True)
        await asyncio.to_thread(scratch.remove, self._world)

    @property
    def _home(self) -> Path:
        return self._world / "home"

    def _resolve(self, text: str, paths: Mapping[str, str]) -> str:
        return resolve(text, self._plan, self._addresses, paths)

    def _write_config(self, process: Process) -> dict[str, str]:
        if process.config is None:
            return {}
        path = self._world / "config" / f"{process.name}.json"
        paths = {mount.name: str(mount.source) for mount in process.mounts}
        path.touch(mode=0o600)
        path.write_text(self._resolve(process.config, paths), encoding="utf-8")
        return {"config": str(path)}

    def _environment(self, process: Process, paths: Mapping[str, str]) -> dict[str, str]:
        search = (str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
        minimum = {
            "PATH": os.pathsep.join(search),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
        }
        if process.image == "site":
            # Our own processes run the code that runs this one, wherever it was started from.
            minimum["PYTHONPATH"] = str(Path(__file__).parents[2])
        marks = {
            processes.SESSION: self._plan.session,
            processes.PROCESS: process.name,
            processes.WORLD: str(self._world),
        }
        return minimum | {key: self._resolve(value, paths) for key, value in process.env.items()} | marks

    def _members(self, name: str, pid: int) -> Iterator[psutil.Process]:
        """All processes of the service that began as `pid`."""
        return processes.group(pid, self._plan.session, name, self._strangers)

    def _usage(self, name: str, pid: int) -> tuple[float, int, int]:
        """Return what they used and use, as `processes.usage` tells it."""
        return processes.usage(self._members(name, pid))

    def _end(self, name: str, pid: int) -> None:
        """End them."""
        processes.end(lambda: self._members(name, pid))

    def _rest(self, _name: str, _size: int) -> float:
        """Seconds to wait after `size` bytes of its output, before more is read."""
        return 0.0

    async def _watch(self, name: str, running: Running) -> None:
        child = running.process
        assert child.stdout is not None and child.stderr is not None
        followers = [
            asyncio.create_task(self._follow(name, stream, reader))
            for stream, reader in (("stdout", child.stdout), ("stderr", child.stderr))
        ]
        await processes.ended(child.pid)
        # Not `wait`, which in many versions of Python waits for the pipes too, and a daemon may hold those open.
        while (code := child.returncode) is None:  # noqa: ASYNC110
            await asyncio.sleep(_GLANCE)
        self._children.discard(child.pid)
        await asyncio.to_thread(self._end, name, child.pid)
        for _ in range(_SLICES):
            _, stuck = await asyncio.wait(followers, timeout=_LAST_WORDS / _SLICES)
            if not stuck:
                break
        for follower in stuck:
            follower.cancel()
        self._exits[name] = self._reasons.get(name) or self._how(name, code)

    def _how(self, _name: str, code: int) -> Exit:
        """Return what it is called that a process of this name ended so by itself."""
        return Exit(code if code >= 0 else 128 - code)

    async def _follow(self, name: str, stream: str, reader: asyncio.StreamReader) -> None:
        lines = Lines()
        while chunk := await reader.read(_CHUNK):
            for line in lines.feed(chunk):
                self._log(name, stream, line)
            if rest := self._rest(name, len(chunk)):
                await asyncio.sleep(rest)
        for line in lines.end():
            self._log(name, stream, line)
