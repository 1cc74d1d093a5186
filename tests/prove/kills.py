"""Exams in which something of ours dies at a random moment. A verdict may then be missing; it may not be wrong.

The two ends of a scenario that is over in seconds are examined, so that it is known what is true: the reference must
never be `failed`, the untouched deployment never `passed`. A kill that comes after the lap leaves the true verdict.
"""

import asyncio
import os
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import docker
import psutil

from labs.library.catalogue import REFERENCE, UNTOUCHED, find
from labs.world.client import World
from simulator import scratch
from simulator.runtime import images
from simulator.runtime.docker.engine import ROLE, TROUBLE, WORLD, connect
from simulator.runtime.processes import PROCESS, of_worlds
from tests.integration.wire import Wire
from tests.toys import FDELAB
from tests.unit.labs import little

WRONG = {REFERENCE: 1, UNTOUCHED: 0}
"""Exit codes that would be a false verdict."""
RESULTS = {0: "passed", 1: "failed", 3: "error", None: "hangs"}
NOT_HELD = "not held"
"""The result where we failed ourselves; such an exam is held again by the next run."""
VICTIMS = {"local": ("keeper", "field", "site"), "docker": ("keeper", "field", "site", "engine")}
LONGEST = 18.0
"""Seconds after a victim has come up within which it is killed; a lap of this scenario and its drain take 16."""
ENDURED = 400.0
"""Seconds after which an exam hangs, which is wrong: a death must be noticed."""

Kill = Callable[[], bool]
"""Kills one victim, and says whether it was there to be killed."""


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


def code() -> str:
    """Digest of the code that plays and grades the scenario that is examined."""
    with tempfile.TemporaryDirectory(prefix="fdelab-kill-") as place:
        return find(str(_scenario(Path(place)))).code


def _scenario(folder: Path) -> Path:
    return little.make(folder / "little", checks=little.CHECKS[:1])


def prepare(tell: Callable[[str], None]) -> None:
    """Make the images that exams on an engine need, as none's time may count it. Raises `RuntimeUnavailable`."""
    with closing(connect()) as engine:
        images.ensure(engine, ("workbench", "site"), tell)


def killed(deed: Deed) -> dict[str, Any]:
    """Hold the exam, kill, and say what came of it; where it could not be held, why."""
    row = {"victim": deed.victim, "seed": deed.seed, "use": deed.use, "after": round(deed.after, 2)}
    try:
        return row | _held(deed)
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are held
        unknown = {"struck": False, "result": NOT_HELD, "wrong": False, "swept": False}
        return row | unknown | {"why": f"{type(error).__name__}: {error}"}


def _held(deed: Deed) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="fdelab-kill-", ignore_cleanup_errors=True) as place:
        folder = Path(place).resolve()  # as worlds in it are labelled
        try:
            code, struck = asyncio.run(_exam(deed, folder))
        finally:
            swept = _gc(folder) and not _left(_worlds(folder), deed.victim)
        told = _told(folder).read_text("utf-8", "replace")
    wrong = code in (WRONG[deed.use], None) or code not in RESULTS or "Traceback" in told
    return {"struck": struck, "result": RESULTS.get(code, f"exit {code}"), "wrong": wrong, "swept": swept}


async def _exam(deed: Deed, folder: Path) -> tuple[int | None, bool]:
    """Exit code, None when it did not end, and whether there was anybody to kill at that moment."""
    runtime, _, name = deed.victim.partition("/")
    scenario = _scenario(folder)
    argv = [FDELAB, "exam", scenario, "--use", deed.use, "--seed", deed.seed, "--runtime", runtime]
    argv += ["--out", folder / "evidence", "--trust-submission"]
    env, struck = _env(folder), False
    async with AsyncExitStack() as stack:
        seek = stack.enter_context(_seeker(runtime, name, _worlds(folder)))
        wire = None
        if name == "engine":
            wire = await stack.enter_async_context(Wire(folder / "docker.sock"))
            env["DOCKER_HOST"] = f"unix://{wire.path}"
        told = stack.enter_context(_told(folder).open("wb"))
        exam = await asyncio.create_subprocess_exec(*map(str, argv), env=env, cwd=folder, stdout=told, stderr=told)
        stack.push_async_callback(_end, exam, _worlds(folder))
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDURED):
                while exam.returncode is None and not await asyncio.to_thread(seek):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                await asyncio.sleep(deed.after)
                struck = await _strike(await asyncio.to_thread(seek), wire)
                return await exam.wait(), struck
    return None, struck


async def _strike(victims: Sequence[Kill], wire: Wire | None) -> bool:
    """Kill them, and say whether there was anybody; an engine is cut off from a world that has a keeper."""
    if wire is not None:
        await wire.cut()
        return bool(victims)
    return any([await asyncio.to_thread(kill) for kill in victims])


async def _end(exam: asyncio.subprocess.Process, worlds: Path) -> None:
    """Nobody waits for it any more; its keeper would outlive it."""
    if exam.returncode is None:
        exam.kill()
        await exam.wait()
        for keeper in _keepers(worlds):
            _kill(keeper)


def _worlds(folder: Path) -> Path:
    return folder / "state" / "worlds"


def _told(folder: Path) -> Path:
    return folder / "told"


def _env(folder: Path) -> dict[str, str]:
    return os.environ | {"FDELAB_STATE": str(folder / "state")}


@contextmanager
def _seeker(runtime: str, name: str, worlds: Path) -> Iterator[Callable[[], list[Kill]]]:
    """Looks for victims: none while they are not there, or any more. An engine has a world as long as its keeper."""
    if name in ("keeper", "engine"):
        yield lambda: [partial(_kill, keeper) for keeper in _keepers(worlds)]
    elif runtime == "local":
        yield lambda: [partial(_kill, process) for _, process in of_worlds(worlds) if _called(process, name)]
    else:
        with closing(docker.from_env()) as client:
            yield lambda: [partial(_kill_container, client.api, one) for one in _containers(client.api, name, worlds)]


def _keepers(worlds: Path) -> list[psutil.Process]:
    """Of worlds that are up, or about to be."""
    found = [World(record.parent).process() for record in worlds.glob("*/keeper.json")]
    return [keeper for keeper in found if keeper is not None]


def _kill(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        process.kill()
        return True
    return False


def _called(process: psutil.Process, name: str) -> bool:
    try:
        return process.environ().get(PROCESS) == name
    except psutil.Error:
        return False


def _containers(api: docker.APIClient, role: str, worlds: Path) -> list[str]:
    return [one["Id"] for one in _of(worlds, api.containers(filters={"label": [WORLD, f"{ROLE}={role}"]}))]


def _of(worlds: Path, things: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [thing for thing in things if Path(thing["Labels"][WORLD]).parent == worlds]


def _kill_container(api: docker.APIClient, container: str) -> bool:
    with suppress(*TROUBLE):
        api.kill(container)
        return True
    return False


def _gc(folder: Path) -> bool:
    """Whether what was left could be removed, once the keepers that still end have ended."""
    psutil.wait_procs(_keepers(_worlds(folder)), timeout=60)
    done = subprocess.run([FDELAB, "gc"], env=_env(folder), stdout=subprocess.DEVNULL, timeout=300)
    return done.returncode == 0


def _left(worlds: Path, victim: str) -> bool:
    """Whether anything is left. Seen past `gc`, which may be wrong itself."""
    if any(of_worlds(worlds)) or any(scratch.of_worlds(worlds)):
        return True
    if not victim.startswith("docker/"):
        return False
    with closing(docker.from_env()) as client:
        only = {"label": WORLD}
        things = [*client.api.containers(all=True, filters=only), *client.api.networks(filters=only)]
    return bool(_of(worlds, things))
