"""The live world of an engagement: brought up, redeployed into, taken down."""

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event

from labs.engagement import Engagement
from labs.errors import CouldNotJudge, LabError, UsageProblem
from labs.exam import Order, Progress, world_spec
from labs.loopback import OPENER
from labs.progress.store import Store
from labs.submission import Collected, collect
from labs.world import World, living
from scenarios.model import Service
from scenarios.problems import did_you_mean

READY_PATIENCE = 75.0
"""Seconds for a new deployment to take traffic; the keeper itself gives up after 60."""

CRASHES = 2
"""Ends of a new deployment after which waiting for it is in vain."""

LAST_LINES = 15
"""Shown of a deployment that does not take traffic."""


def bring_up(engagement: Engagement, progress: Progress) -> World:
    """Start the engagement's world with the learner's workspace in it, and wait for its first lap.

    It goes on running laps when this process ends. A deployment that does not start leaves a world that waits for
    a redeploy. A world that runs already is left as it is; what is left of one that died is removed. Raises
    `CouldNotJudge` when the world itself does not come up, and then leaves nothing behind.
    """
    with engagement.locked():
        running = engagement.world()
        if running is not None:
            return running
        _end(engagement)
        world = _launch(engagement)
        try:
            await_lap(world, progress)
        except BaseException:
            _end(engagement)
            raise
        return world


def launch(engagement: Engagement) -> World:
    """As `bring_up`, without waiting: the world comes up by itself, also when this process ends meanwhile."""
    with engagement.locked():
        running = engagement.world()
        if running is None:
            _end(engagement)
        return running or _launch(engagement)


def _launch(engagement: Engagement) -> World:
    entry = engagement.entry()
    world = World.new()
    try:
        snapshot = world.next_snapshot()
        collect(entry, engagement.workspace, snapshot)
        order = Order(entry, workspace=engagement.workspace, runtime=engagement.runtime, seed=engagement.seed)
        world.launch(world_spec(order, world, snapshot, exam=False))
        # Remembered before it is up, so that whoever comes back after a crash finds it.
        with engagement.changing():
            engagement.session = world.session
    except BaseException:
        world.stop()
        world.remove()
        raise
    return world


def await_lap(world: World, progress: Progress, gone: Event | None = None) -> None:
    """Wait for a world's first lap, or for a deployment that does not start.

    Raises `CouldNotJudge` when the world does not come up, and `Interrupted` once `gone` is set.
    """
    reason = "the world ended before it was ready"
    for event in world.events(cancel=gone):
        progress(event)
        if event["kind"] in ("lap-started", "deployment-failed"):
            return
        if event["kind"] == "failed":
            reason = str(event["reason"])
    raise CouldNotJudge(reason, "see `fdelab doctor`")


@dataclass(frozen=True)
class Redeployed:
    """What became of a redeploy."""

    collected: Collected
    ready: bool
    """Whether it takes traffic now."""
    last_lines: tuple[str, ...] = ()
    """What it printed last, when it does not."""


def redeploy(engagement: Engagement, progress: Progress) -> Redeployed:
    """Put the learner's workspace into the running world, and wait until it takes traffic, or clearly never will."""
    with engagement.locked():
        return _redeploy(engagement, progress)


def _redeploy(engagement: Engagement, progress: Progress) -> Redeployed:
    world, entry = engagement.live(), engagement.entry()
    if world.status()["phase"] == "paused":
        raise UsageProblem("the world is paused while an exam runs", "wait for the exam to end")
    snapshot = world.next_snapshot()
    collected = collect(entry, engagement.submission(), snapshot)
    since = world.events_end()
    world.call("POST", "/redeploy", {"snapshot": str(snapshot)})
    ready = _await_traffic(world, entry.scenario.deployment.services, since, progress)
    return Redeployed(collected, ready, () if ready else _last_lines(world))


def jump(engagement: Engagement, phase: str) -> None:
    """End the running lap, and begin the next one with `phase`. Raises `UsageProblem` where there is no such phase."""
    names = [one.name for one in engagement.entry().scenario.phases]
    if phase not in names:
        raise UsageProblem(f"there is no phase {phase!r}", did_you_mean(phase, names))
    engagement.live().call("POST", "/phase", {"phase": phase})


def _last_lines(world: World) -> tuple[str, ...]:
    """Of the newest lap that printed anything."""
    for lap in sorted(world.files.laps.iterdir(), key=lambda folder: int(folder.name), reverse=True):
        file = lap / "logs.keeper.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        if lines:
            return tuple(str(json.loads(line)["line"]) for line in lines[-LAST_LINES:])
    return ()


def _await_traffic(world: World, services: Mapping[str, Service], since: int, progress: Progress) -> bool:
    """Whether every service answers its readiness request in time, through the way that traffic takes."""
    waiting = dict(services)
    deadline = time.monotonic() + READY_PATIENCE
    crashes = 0
    while time.monotonic() < deadline:
        events, since = world.events_from(since)
        for event in events:
            progress(event)
        kinds = [event["kind"] for event in events]
        crashes += kinds.count("restarted")
        if crashes >= CRASHES or {"deployment-failed", "failed", "stopped"} & set(kinds):
            return False
        addresses = world.status()["services"]
        for name in [n for n in waiting if n in addresses]:
            if _answers(addresses[name] + waiting[name].ready.removeprefix("GET ")):
                del waiting[name]
        if not waiting:
            return True
        time.sleep(0.2)
    return False


def _answers(url: str) -> bool:
    try:
        with OPENER.open(url, timeout=2) as answer:
            return 200 <= int(answer.status) < 300
    except (OSError, ValueError):
        return False


def take_down(engagement: Engagement) -> bool:
    """End the engagement's world; False when there was none."""
    with engagement.locked():
        return _end(engagement)


def take_down_all() -> list[str]:
    """End every world on this machine; returns their sessions.

    What another command waits for is ended and not removed: that command reads why, and removes the world itself.
    """
    owners = _owners()
    worlds = living()
    for world in worlds:
        owner = owners.get(world.session)
        try:
            # Whoever waits for an exam wants its evidence.
            exam = world.files.load().exam
            with owner.locked() if owner is not None else contextlib.nullcontext():
                world.stop()
                if not exam:
                    world.remove()
        except (UsageProblem, FileNotFoundError):
            world.stop()
    return [world.session for world in worlds]


def _owners() -> dict[str, Engagement]:
    """Engagements that were begun on this machine, by the session of the world that each left running."""
    found: dict[str, Engagement] = {}
    with contextlib.suppress(LabError):
        for begun in Store().engagements():
            with contextlib.suppress(LabError):
                engagement = Engagement.load(begun.folder)
                found |= {engagement.session: engagement} if engagement.session else {}
    return found


def _end(engagement: Engagement) -> bool:
    world = World.find(engagement.session) if engagement.session else None
    there = world is not None and world.alive()
    if world is not None:
        world.stop()
        world.remove()
    with engagement.changing():
        engagement.session = None
    return there
