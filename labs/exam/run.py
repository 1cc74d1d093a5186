"""An exam: one lap in a fresh world with a seed that nobody knew, and the evidence of it."""

import contextlib
import os
import secrets
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from labs.base import paths
from labs.base.cancel import CancelToken
from labs.base.errors import MAKE_ROOM, CouldNotJudge, LabError, UsageProblem
from labs.exam import brief
from labs.exam.submission import Collected, collect, make_readable
from labs.library.catalogue import UNTOUCHED, Entry
from labs.world.client import World
from simulator import room
from simulator.keeper.spec import WorldSpec
from simulator.protocol.control import Holder
from simulator.protocol.events import Event as WorldEvent
from simulator.protocol.events import Failed, LapFailed

Progress = Callable[[WorldEvent], None]
"""Takes each event of the world, as `events.jsonl` has it."""


SEED_BITS = 63
"""Of a seed that is drawn. Our code is public, and what a customer's system answers tells of the seed: with few bits, a
deployment could try all seeds and know the truth of the day."""


@dataclass(frozen=True)
class ExamRequest:
    """What is to be examined, and how."""

    entry: Entry
    use: str | None = UNTOUCHED
    """One of the scenario's own deployments; None when `workspace` is given."""
    workspace: Path | None = None
    """A learner's folder."""
    incident: int | None = None
    """Which of the scenario's incidents the brief is about; left out: that which it names, or the first."""
    runtime: str = "auto"
    seed: int | None = None
    """Left out: drawn, and not known before the report."""
    secret: bool = False
    """The seed stays out of what learners and CI are shown."""
    transcript: bool = False
    """Keep what the workloads were told, so that the lap can be played again without a world."""
    out: Path | None = None
    """Where the evidence goes; left out: below the state folder."""


@dataclass(frozen=True)
class ExamRun:
    """An exam that took place; whether its evidence can be judged is the grader's to say."""

    evidence: Path
    collected: Collected | None
    """What was taken from the learner's folder, when it was a learner's."""


def run_exam(
    order: ExamRequest, progress: Progress = lambda _event: None, cancel: CancelToken | None = None
) -> ExamRun:
    """Run the exam and keep its evidence. Leaves nothing else behind, whatever happens.

    Raises `UsageProblem` and `SubmissionInvalid` before anything runs, `CouldNotJudge` when there is no evidence,
    and `Interrupted` once `cancel` is gone.
    """
    out = place(order)
    world = World.new()
    try:
        snapshot = world.next_snapshot()
        collected = prepare(order, snapshot)
        # Read before anything of the submission runs.
        told = brief.handed_in(order.entry, snapshot)
        world.launch(world_spec(order, world, snapshot))
        reason = _follow(world, progress, cancel)
        lap = world.files.lap(1)
        if not (lap / "run.json").is_file():
            what = reason or f"the world ended without evidence: {world.last_words()}"
            raise CouldNotJudge(what, "try again; see `fdelab doctor`")
        if reason is not None:
            shutil.copyfile(world.log, lap / "keeper.log")
        _shelve(lap, told, about(order, told), out)
        return ExamRun(out, collected)
    finally:
        world.stop()
        world.remove()


def about(order: ExamRequest, told: bytes | None) -> Path:
    """Return the incident that a brief is held against: the one that its writer was dealt, where that is known."""
    return order.entry.incident_of(order.incident or brief.about(told))


def _shelve(lap: Path, told: bytes | None, incident: Path, out: Path) -> None:
    """Put a lap's folder at its place, whole or not at all: who goes on after an interruption judges what is there."""
    brief.keep(told, incident, lap)
    draft = out.with_name(f".{out.name}")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        shutil.move(lap, draft)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if not room.caused(error):
            raise
        raise _no_room(lap, out) from None
    draft.rename(out)


def _no_room(lap: Path, out: Path) -> CouldNotJudge:
    """Keep the evidence of an exam, which was held, on the disk where it is: the one that was to take it is full.

    Returns the error that says so.
    """
    kept = paths.exams() / f"{out.name}-{secrets.token_hex(2)}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    lap.rename(kept)
    return CouldNotJudge(
        f"the disk is full: the evidence does not fit into {out.parent}",
        f"the exam was held, and its evidence is in {kept}: fdelab regrade {shlex.quote(str(kept))}",
    )


def prepare(order: ExamRequest, snapshot: Path) -> Collected | None:
    """Put the deployment that is to be examined into the new folder `snapshot`."""
    if order.workspace is not None:
        return collect(order.entry, order.workspace, snapshot)
    order.entry.materialise(order.use or UNTOUCHED, snapshot)
    make_readable(snapshot)
    return None


def world_spec(order: ExamRequest, world: World, snapshot: Path, *, exam: bool = True) -> WorldSpec:
    """Return what the keeper is told: one lap of an exam, or practice laps until it is stopped."""
    entry = order.entry
    return WorldSpec(
        session=world.session,
        scenario=entry.scenario,
        scenario_folder=str(entry.folder),
        scenario_hash=entry.hash,
        calibration=entry.scale(),
        snapshot=str(snapshot),
        runtime=order.runtime,
        laps=1 if exam else None,
        seed=secrets.randbits(SEED_BITS) if order.seed is None else order.seed,
        secret=order.secret,
        exam=exam,
        transcript=order.transcript,
        use=order.use if order.workspace is None else None,
    )


def _follow(world: World, progress: Progress, cancel: CancelToken | None) -> str | None:
    reason = None
    for event in world.events(cancel=cancel, last=_LAST):
        progress(event)
        if isinstance(event, Failed | LapFailed) and event.disk_full:
            raise CouldNotJudge(event.reason, MAKE_ROOM)
        if isinstance(event, Failed):
            reason = event.reason
            if event.unavailable:
                raise CouldNotJudge(reason, "see `fdelab doctor`")
    return reason


def place(order: ExamRequest) -> Path:
    """Where the evidence of an exam goes: a new path, in a folder that is there. Raises `UsageProblem`."""
    if order.out is None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        out = paths.exams() / f"{stamp}-{order.entry.scenario.id}-{secrets.token_hex(2)}"
    else:
        out = order.out.expanduser().resolve()
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UsageProblem(f"{out} exists and is not empty", "give --out a new folder")
        if out.is_dir():
            out.rmdir()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(f"{out} cannot be made: {error.strerror}", _ELSEWHERE) from None
    # Better told now than when the exam is over.
    if not os.access(out.parent, os.W_OK):
        raise UsageProblem(f"{out} cannot be made: {out.parent} is not writable", _ELSEWHERE)
    return out


_LAST = ("lap-finished", "lap-failed", "deployment-failed", "failed")
"""Events after which the world of an exam stops by itself."""
_ELSEWHERE = "give --out a folder where you may write, or set FDELAB_STATE"


@contextlib.contextmanager
def alone(world: World | None) -> Iterator[None]:
    """While an exam runs, the learner's own world is paused: it would take from the exam's machine.

    It goes on when the last of the exams that paused it has ended, or its process is gone.
    """
    if world is None:
        yield
        return
    holder = Holder(pid=os.getpid(), created=psutil.Process().create_time(), token=secrets.token_hex(4))
    # Neither may cost the learner the exam; a world that cannot go on shows in `status`.
    with contextlib.suppress(LabError):
        world.pause(holder)
    try:
        yield
    finally:
        with contextlib.suppress(LabError):
            world.resume(holder)
