"""This machine: what works, what to do about the rest, and what dead worlds left on it."""

import os
import shutil
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from labs.base import git, paths
from labs.base.errors import CouldNotJudge, UsageProblem
from labs.base.files import remove_tree
from labs.world import keepers
from labs.world.client import World, living
from simulator.runtime import Availability, Problem, availability
from simulator.runtime import gc as leftovers
from simulator.runtime.base import RuntimeSilent

MIN_FREE = 500 * 10**6
"""Bytes that evidence and snapshots of a few exams need."""

SETTLED = 60.0
"""Seconds after which a world's folder without a keeper cannot be one that is being made right now."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    """What is there."""
    remedy: str | None = None
    """What to do, when it is not `ok`."""
    needed: bool = True
    """Whether nothing works without it; else something works less well."""


def examine() -> list[Finding]:
    """Everything that worlds need, the most basic first."""
    docker = availability()
    return [
        _python(),
        _state(),
        _disk(),
        _ports(),
        _git(),
        _engine(docker),
        *_images(docker),
        *_troubles(docker),
        _box(docker),
        *_worlds(docker),
        *_plug_ins(),
    ]


def usable(findings: list[Finding]) -> bool:
    """Whether worlds can run here at all."""
    return all(finding.ok for finding in findings if finding.needed)


def for_strangers(runtime: str) -> Literal["docker", "box"]:
    """Return the runtime, never `auto`, that holds a submission which nobody vouches for.

    `auto` is settled here, once: whoever looked for the engine again might not find it, and run the submission with
    all rights of this job. Raises `UsageProblem` where nothing could hold it, and `CouldNotJudge` where an engine
    should and cannot now.
    """
    if runtime in ("docker", "box"):
        return "docker" if runtime == "docker" else "box"
    docker = availability() if runtime == "auto" else None
    if docker is not None and docker.usable:
        return "docker"
    if docker is not None and docker.expected:
        raise CouldNotJudge(str(docker.problems[0]), "repair the engine, and hold the exam again")
    raise UsageProblem(
        "the local runtime runs a submission with all rights of this job",
        "use a machine with Docker, or say --trust-submission",
    )


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")


def _state() -> Finding:
    folder = paths.state()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        remedy = "make it writable, or set FDELAB_STATE to a folder that is"
        return Finding("state folder", ok=False, found=f"{folder}: {error.strerror}", remedy=remedy)
    return Finding("state folder", ok=True, found=str(folder))


def _disk() -> Finding:
    there = next(place for place in (paths.state(), *paths.state().parents) if place.exists())
    free = shutil.disk_usage(there).free
    found = f"{free / 1e9:.1f} GB free for evidence"
    return Finding(
        "disk", free >= MIN_FREE, found, f"make room, or set FDELAB_STATE: {MIN_FREE // 10**6} MB are needed"
    )


def _ports() -> Finding:
    try:
        with socket.create_server(("127.0.0.1", 0)):
            return Finding("ports", ok=True, found="127.0.0.1 can be listened on")
    except OSError as error:
        return Finding(
            "ports", ok=False, found=f"127.0.0.1: {error.strerror}", remedy="bring the loopback interface up"
        )


def _git() -> Finding:
    remedy = "install git, to see what you changed in a workspace"
    found = "there" if git.available() else "not found"
    return Finding("git", git.available(), found, remedy, needed=False)


def _engine(docker: Availability) -> Finding:
    if docker.usable:
        found = f"{docker.engine}, {docker.storage}" if docker.storage else str(docker.engine)
        return Finding("Docker engine", ok=True, found=found, needed=False)
    problem = docker.problems[0] if docker.problems else Problem("cannot be used")
    advice = problem.remedy or "or work without: the local runtime is used instead"
    return Finding("Docker engine", ok=False, found=problem.what, remedy=advice, needed=False)


def _images(docker: Availability) -> list[Finding]:
    found = []
    for image in docker.images:
        size = "to be built on first use" if image.size is None else f"{image.size / 1e6:.0f} MB"
        found.append(Finding(f"image {image.name}", ok=True, found=size, needed=False))
    return found


def _troubles(docker: Availability) -> list[Finding]:
    """Return what the engine cannot do although it can be used."""
    rest = docker.problems if docker.usable else docker.problems[1:]
    return [Finding("Docker engine", ok=False, found=one.what, remedy=one.remedy, needed=False) for one in rest]


def _worlds(docker: Availability) -> list[Finding]:
    """Worlds that live here, this state folder's and others'; and containers of those whose keeper is not seen."""
    ours = {world.folder for world in living()}
    kept = keepers.living()
    found = [f"{len(ours)} of this state folder run{'s' * (len(ours) == 1)}"] if ours else []
    found += [f"{one.told()}; {one.remedy()}" for one in kept if one.folder not in ours]
    seen = {one.folder for one in kept} | ours
    for folder, count in (leftovers.labelled() if docker.usable else {}).items():
        if folder not in seen and folder.parent != paths.worlds():
            found.append(
                f"{count} containers of world {folder.name} (state folder {folder.parent.parent}), whose keeper is not "
                "seen from here; where it is dead, `fdelab gc` with that FDELAB_STATE removes them"
            )
    return [Finding("worlds", ok=True, found=what, needed=False) for what in found]


def _plug_ins() -> list[Finding]:
    """Return packages that bring parts, workloads, faults, measures or dirt, and cannot be used."""
    from labs.library.vocabulary import broken

    return [
        Finding(
            f"plug-in {one.package}",
            ok=False,
            found=f"cannot be used ({one.point}): {one.why}",
            remedy="repair or upgrade that package, or uninstall it: what it brings is unknown until then",
            needed=False,
        )
        for one in broken()
    ]


def _box(docker: Availability) -> Finding:
    """Where exams of `--runtime box` would be held."""
    from simulator.runtime.box import seals

    if docker.usable:
        return Finding("box", ok=True, found="an exam can have a container to itself", needed=False)
    obstacle = seals.obstacle()
    found = obstacle or "right here, as root in a container"
    return Finding("box", obstacle is None, found, "it needs a Docker engine, or root in a container", needed=False)


@dataclass(frozen=True)
class Removed:
    """What `clean` took away, by kind."""

    worlds: tuple[str, ...]
    containers: tuple[str, ...]
    networks: tuple[str, ...]
    processes: tuple[int, ...]
    images: tuple[str, ...] = ()
    """Of earlier versions of fdelab."""

    def __bool__(self) -> bool:
        return any((self.worlds, self.containers, self.networks, self.processes, self.images))


def clean(tell: Callable[[str], None] = lambda _line: None, images: bool = False) -> Removed:
    """Remove what dead worlds left: processes, containers, networks, and the worlds' own folders.

    With `images`, also those of earlier fdelabs that nothing uses. Somebody has to ask for it, as the images of an
    engine are not this state folder's alone.

    A world is dead when its keeper's process is gone, or another process has its number now. A learner's workspace
    and the evidence of exams are never touched. Raises `CouldNotJudge` when an engine is there and does not answer.
    """
    try:
        return _clean(tell, images)
    except RuntimeSilent as reason:
        remedy = "wait until it does, or restart it, and run `fdelab gc` again: it may hold containers of dead worlds"
        raise CouldNotJudge(str(reason), remedy) from None


def _clean(tell: Callable[[str], None], images: bool) -> Removed:
    folder = paths.worlds()
    worlds = [World(place) for place in sorted(folder.iterdir()) if place.is_dir()] if folder.is_dir() else []
    dead = [world for world in worlds if not world.alive() and not _young(world.folder)]
    kept = {world.session for world in worlds} - {world.session for world in dead}
    found = leftovers.remove(folder, live=kept) if folder.is_dir() else leftovers.Leftovers()
    for kind, names in (("container", found.containers), ("network", found.networks), ("process", found.processes)):
        for name, session in names.items():
            tell(f"removed {kind} {name} of world {session}")
    for world in dead:
        remove_tree(world.folder)
        tell(f"removed the folder of world {world.session}")
    old = leftovers.remove_images() if images else {}
    for name in old:
        tell(f"removed image {name} of an earlier fdelab")
    sessions = tuple(world.session for world in dead)
    return Removed(sessions, tuple(found.containers), tuple(found.networks), tuple(found.processes), tuple(old))


def _young(folder: Path) -> bool:
    """Whether it may be a world that somebody is making right now, and that has no keeper yet."""
    launched = (folder / "launched.json").exists()
    return not launched and time.time() - folder.stat().st_mtime < SETTLED
