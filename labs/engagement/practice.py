"""The live world of an engagement: brought up, redeployed into, taken down."""

import contextlib
import getpass
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labs.base import paths
from labs.base.cancel import CancelToken
from labs.base.errors import CouldNotJudge, Interrupted, LabError, UsageProblem
from labs.base.loopback import OPENER
from labs.engagement.engagement import Engagement
from labs.exam.run import ExamRequest, Progress, world_spec
from labs.exam.submission import Collected, collect
from labs.progress.store import Store
from labs.world import keepers
from labs.world.begun import begun
from labs.world.client import World, living
from scenarios.model import Phase, Service
from scenarios.problems import did_you_mean
from simulator.protocol.events import DeploymentFailed, Failed, LapStarted

READY_PATIENCE = 75.0
"""Seconds for a new deployment to take traffic; the keeper itself gives up after 60."""

CRASHES = 2
"""Ends of a new deployment after which waiting for it is in vain."""

LAST_LINES = 15
"""Shown of a deployment that does not take traffic."""


def launch(engagement: Engagement) -> tuple[World, bool]:
    """Start the engagement's world with the learner's workspace in it; says whether it ran already, and is joined.

    It comes up by itself, also when this process ends, and goes on running laps. A deployment that does not start
    leaves a world that waits for a redeploy. A world that runs already is left as it is; what is left of one that
    died is removed. Raises `UsageProblem` where it runs and is another user's.
    """
    with engagement.locked():
        running = engagement.world()
        if running is not None:
            return running, True
        engagement.out_of_reach()
        _end(engagement)
        return _launch(engagement), False


def _launch(engagement: Engagement) -> World:
    entry = engagement.entry()
    world = World.new()
    try:
        snapshot = world.next_snapshot()
        collect(entry, engagement.workspace, snapshot)
        order = ExamRequest(entry, workspace=engagement.workspace, runtime=engagement.runtime, seed=engagement.seed)
        world.launch(world_spec(order, world, snapshot, exam=False))
        # Remembered before it is up, so that whoever comes back after a crash finds it.
        with engagement.changing():
            engagement.session = world.session
            engagement.home = _here()
    except BaseException:
        world.stop()
        world.remove()
        raise
    return world


def up(world: World) -> bool:
    """Whether the world's first lap has begun, or waits for a deployment that starts."""
    return any(isinstance(event, LapStarted | DeploymentFailed) for event in world.events_from(0)[0])


def await_lap(world: World, progress: Progress, cancel: CancelToken | None = None) -> LapStarted | DeploymentFailed:
    """Wait for a world's first lap, or for a deployment that does not start; returns the event of it.

    Raises `CouldNotJudge` when the world does not come up, and `Interrupted` once `cancel` is gone.
    """
    reason = "the world ended before it was ready"
    for event in world.events(cancel=cancel):
        progress(event)
        if isinstance(event, LapStarted | DeploymentFailed):
            return event
        if isinstance(event, Failed):
            reason = event.reason
    raise CouldNotJudge(reason, "see `fdelab doctor`")


@dataclass(frozen=True)
class Redeployed:
    """What became of a redeploy."""

    collected: Collected
    ready: bool
    """Whether it takes traffic now."""
    last_lines: tuple[str, ...] = ()
    """What it printed last, when it does not."""


def redeploy(engagement: Engagement, progress: Progress, cancel: CancelToken | None = None) -> Redeployed:
    """Put the learner's workspace into the running world, and wait until it takes traffic, or clearly never will.

    Raises `Interrupted` once `cancel` is gone: nobody waits any more, and the new deployment stays where it is.
    """
    with engagement.locked():
        return _redeploy(engagement, progress, cancel or CancelToken())


def _redeploy(engagement: Engagement, progress: Progress, cancel: CancelToken) -> Redeployed:
    world, entry = engagement.live(), engagement.entry()
    if world.status().phase == "paused":
        raise UsageProblem("the world is paused while an exam runs", "wait for the exam to end")
    snapshot = world.next_snapshot()
    collected = collect(entry, engagement.submission(), snapshot)
    since = world.events_end()
    world.redeploy(snapshot)
    ready = _await_traffic(world, entry.scenario.deployment.services, since, progress, cancel)
    return Redeployed(collected, ready, () if ready else _last_lines(world))


def met(engagement: Engagement) -> list[Phase]:
    """Return the phases that have begun in the engagement's world, in their order: no others are named to a learner."""
    known = begun(World.find(engagement.session).files.events) if engagement.session else frozenset()
    return [phase for phase in engagement.entry().scenario.phases if phase.name in known]


def jump(engagement: Engagement, phase: str) -> None:
    """End the running lap, and begin the next one with `phase`. Raises `UsageProblem` where there is no such phase."""
    if phase not in {one.name for one in engagement.entry().scenario.phases}:
        near = did_you_mean(phase, [one.name for one in met(engagement)])
        raise UsageProblem(f"there is no phase {phase!r}", near or "`fdelab phase` names those that have begun")
    engagement.live().jump(phase)


def _last_lines(world: World) -> tuple[str, ...]:
    """Of the newest lap that printed anything."""
    for lap in sorted(world.files.laps.iterdir(), key=lambda folder: int(folder.name), reverse=True):
        file = lap / "logs.keeper.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        if lines:
            return tuple(str(json.loads(line)["line"]) for line in lines[-LAST_LINES:])
    return ()


def _await_traffic(
    world: World, services: Mapping[str, Service], since: int, progress: Progress, cancel: CancelToken
) -> bool:
    """Whether every service answers its readiness request in time, through the way that traffic takes."""
    waiting = dict(services)
    deadline = time.monotonic() + READY_PATIENCE
    crashes = 0
    while time.monotonic() < deadline:
        events, since = world.events_from(since)
        for event in events:
            progress(event)
        kinds = [event.kind for event in events]
        crashes += kinds.count("restarted")
        if crashes >= CRASHES or {"deployment-failed", "failed", "stopped"} & set(kinds):
            return False
        addresses = world.status().services
        for name in [n for n in waiting if n in addresses]:
            if _answers(addresses[name] + waiting[name].ready.removeprefix("GET ")):
                del waiting[name]
        if not waiting:
            return True
        if cancel.wait(0.2):
            raise Interrupted("interrupted; the new deployment is in the world", "fdelab status says how it does")
    return False


def _answers(url: str) -> bool:
    try:
        with OPENER.open(url, timeout=2) as answer:
            return 200 <= int(answer.status) < 300
    except (OSError, ValueError):
        return False


def take_down(engagement: Engagement) -> str | None:
    """End the engagement's world; returns its session, None when none ran.

    Raises `UsageProblem` where it is another user's, or was brought up where this process cannot see: it may well run
    on, and is not forgotten.
    """
    with engagement.locked():
        if engagement.world() is None:
            engagement.out_of_reach()
            _unseen(engagement)
        return _end(engagement)


def _unseen(engagement: Engagement) -> None:
    home = engagement.home
    if engagement.session is None or home is None or home["state"] == str(paths.state()):
        return
    if home["host"] != keepers.host() or not Path(home["state"]).is_dir():
        raise UsageProblem(
            f"its world {engagement.session} was brought up by {home['user']} on {home['host']}, with state folder "
            f"{home['state']}, which is not seen from here",
            "fdelab stop there ends it; where that place is gone, so is the world, and fdelab start begins a new one",
        )


def stop_session(session: str) -> None:
    """End the world of that session, whichever state folder it is in.

    Raises `UsageProblem` where there is none on this machine, or it is another user's.
    """
    world = World.find(session)
    if world.alive():
        _stop_found(world, _owners().get(session))
        return
    found = [one for one in keepers.living() if one.session == session]
    if not found:
        raise UsageProblem(f"no world {session!r} runs on this machine", "`fdelab doctor` names those that do")
    for keeper in found:
        if not keeper.mine:
            raise UsageProblem(f"that is another user's: {keeper.told()}", keeper.remedy())
        world = World(keeper.folder)
        if world.alive() and keeper.owns_folder():
            _stop_found(world, None)
        else:
            # Its folder was removed under it.
            keeper.end()


def _here() -> dict[str, str]:
    return {"state": str(paths.state()), "user": getpass.getuser(), "host": keepers.host()}


def take_down_all() -> list[str]:
    """End every world of this state folder; returns their sessions. `elsewhere` tells of the others.

    What another command waits for is ended and not removed: that command reads why, and removes the world itself.
    """
    owners = _owners()
    worlds = living()
    for world in worlds:
        _stop_found(world, owners.get(world.session))
    return [world.session for world in worlds]


def _stop_found(world: World, owner: Engagement | None) -> None:
    try:
        # Whoever waits for an exam wants its evidence.
        exam = world.files.load().exam
        with owner.locked() if owner is not None else contextlib.nullcontext():
            world.stop()
            if not exam:
                world.remove()
    except (UsageProblem, FileNotFoundError):
        world.stop()


def _owners() -> dict[str, Engagement]:
    """Engagements that were begun on this machine, by the session of the world that each left running."""
    found: dict[str, Engagement] = {}
    with contextlib.suppress(LabError):
        for begun in Store().engagements():
            with contextlib.suppress(LabError):
                engagement = Engagement.load(begun.folder)
                found |= {engagement.session: engagement} if engagement.session else {}
    return found


def _end(engagement: Engagement) -> str | None:
    running = engagement.world()
    world = running or (World.find(engagement.session) if engagement.session else None)
    if world is not None:
        world.stop()
        world.remove()
    with engagement.changing():
        engagement.session = engagement.home = None
    return running.session if running is not None else None
