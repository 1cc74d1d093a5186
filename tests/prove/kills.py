"""Exams in which something of ours dies at a random moment. A verdict may then be missing; it may not be wrong.

The two ends of a scenario that is over in seconds are examined, so that it is known what is true: the reference must
never be `failed`, the untouched deployment never `passed`. A kill that comes after the lap leaves the true verdict.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import docker
import psutil

from labs.catalogue import REFERENCE, UNTOUCHED
from simulator.runtime.docker.engine import ROLE, SESSION
from simulator.runtime.processes import PROCESS, of_worlds
from tests.integration.wire import Wire
from tests.toys import FDELAB
from tests.unit.labs import little

WRONG = {REFERENCE: 1, UNTOUCHED: 0}
"""Exit codes that would be a false verdict."""
RESULTS = {0: "passed", 1: "failed", 3: "error"}
VICTIMS = {"local": ("keeper", "field", "site"), "docker": ("keeper", "field", "site", "engine")}
LONGEST = 18.0
"""Seconds after a victim has come up within which it is killed; a lap of this scenario and its drain take 16."""


@dataclass(frozen=True)
class Deed:
    """Whom to kill, and when, in which exam."""

    victim: str
    """`runtime/name`."""
    seed: int
    use: str
    after: float
    """Seconds after it has come up."""


def plan_kills(count: int, runtimes: Sequence[str]) -> list[Deed]:
    """The same every time, so that a run can be resumed."""
    victims = [f"{runtime}/{name}" for runtime in runtimes for name in VICTIMS.get(runtime, ())]
    dice = random.Random(20)
    return [
        Deed(victims[n % len(victims)], n, (REFERENCE, UNTOUCHED)[n // len(victims) % 2], dice.uniform(0.0, LONGEST))
        for n in range(count)
    ]


def killed(deed: Deed) -> dict[str, Any]:
    """Hold the exam, kill, and say what came of it."""
    with tempfile.TemporaryDirectory(prefix="fdelab-kill-") as place:
        code, told, struck = asyncio.run(_exam(deed, Path(place)))
        left = _gc(Path(place))
    wrong = code == WRONG[deed.use] or code not in RESULTS or "Traceback" in told
    return {
        "victim": deed.victim, "seed": deed.seed, "use": deed.use, "after": round(deed.after, 2), "struck": struck,
        "result": RESULTS.get(code, f"exit {code}"), "wrong": wrong, "swept": left,
    }  # fmt: skip


async def _exam(deed: Deed, folder: Path) -> tuple[int, str, bool]:
    """Exit code, all that was printed, and whether there was anybody to kill at that moment."""
    runtime, _, name = deed.victim.partition("/")
    scenario = little.make(folder / "little", checks=little.CHECKS[:1])
    argv = [FDELAB, "exam", scenario, "--use", deed.use, "--seed", deed.seed, "--runtime", runtime]
    argv += ["--out", folder / "evidence", "--trust-submission"]
    env = _env(folder)
    async with AsyncExitStack() as stack:
        wire = None
        if name == "engine":
            wire = await stack.enter_async_context(Wire(folder / "docker.sock"))
            env["DOCKER_HOST"] = f"unix://{wire.path}"
        exam = await asyncio.create_subprocess_exec(
            *map(str, argv), env=env, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        reading = asyncio.create_task(exam.communicate())
        worlds = folder / "state" / "worlds"
        await asyncio.to_thread(_appear, exam, runtime, name, worlds)
        await asyncio.sleep(deed.after)
        struck = bool(await asyncio.to_thread(_victims, runtime, name, worlds))
        if wire is not None:
            await wire.cut()
        for kill in await asyncio.to_thread(_victims, runtime, name, worlds):
            await asyncio.to_thread(kill)
        told, _ = await asyncio.wait_for(reading, 300)
    assert exam.returncode is not None
    return exam.returncode, told.decode("utf-8", "replace"), struck


def _env(folder: Path) -> dict[str, str]:
    return os.environ | {"FDELAB_STATE": str(folder / "state")}


def _appear(exam: asyncio.subprocess.Process, runtime: str, name: str, worlds: Path) -> None:
    """Wait for somebody to kill, or for the exam's end."""
    while exam.returncode is None and not _victims(runtime, name, worlds):
        time.sleep(0.1)


def _victims(runtime: str, name: str, worlds: Path) -> list[Callable[[], object]]:
    """What kills each; none while it is not there, or any more. The engine has a world as long as there is a keeper."""
    if name in ("keeper", "engine"):
        alive = [pid for record in worlds.glob("*/keeper.json") for pid in _keeper(record)]
        return [partial(_kill, pid) for pid in alive] if name == "keeper" else [lambda: None for _ in alive]
    if runtime == "docker":
        return _containers(name, worlds)
    return [partial(_kill, process.pid) for _, process in of_worlds(worlds) if _called(process, name)]


def _keeper(record: Path) -> list[int]:
    """Its process, while there is one."""
    with contextlib.suppress(FileNotFoundError):  # the world may end between two looks
        pid = int(json.loads(record.read_text("utf-8"))["pid"])
        return [pid] if psutil.pid_exists(pid) else []
    return []


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _called(process: psutil.Process, name: str) -> bool:
    try:
        return process.environ().get(PROCESS) == name
    except psutil.Error:
        return False


def _containers(role: str, worlds: Path) -> list[Callable[[], object]]:
    client = docker.from_env()
    sessions = [f"{SESSION}={world.name}" for world in worlds.glob("*")]
    found = [c for label in sessions for c in client.containers.list(filters={"label": [label, f"{ROLE}={role}"]})]
    return [partial(_kill_container, container) for container in found]


def _kill_container(container: Any) -> None:
    with contextlib.suppress(docker.errors.APIError):
        container.kill()


def _gc(folder: Path) -> bool:
    """Whether what was left could be removed, and nothing is left then."""
    for expected in (None, "nothing to remove\n"):
        done = subprocess.run([FDELAB, "gc"], env=_env(folder), stdout=subprocess.PIPE, text=True, timeout=120)
        if done.returncode != 0 or expected not in (None, done.stdout):
            return False
    return True
