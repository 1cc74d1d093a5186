"""Runtimes execute plans: `docker` where an engine can be used, `local` everywhere else; `box` for a whole exam.

Loading the Docker SDK takes a while, so that it happens only when an engine is really asked for.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from simulator import state
from simulator.runtime.base import Runtime, RuntimeUnavailable

if TYPE_CHECKING:
    from simulator.runtime.docker.engine import Engine

Name = Literal["auto", "docker", "local", "box"]

_SCARCE = 5 * 10**9
"""Bytes free below which images may not fit."""


@dataclass(frozen=True)
class Image:
    """One image that worlds need."""

    name: str
    tag: str | None
    """None when even its base is missing, on which the tag depends."""
    size: int | None
    """Bytes, or None when it is still to be built."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, and what to do about it."""

    what: str
    remedy: str | None = None

    @classmethod
    def of(cls, reason: RuntimeUnavailable) -> "Problem":
        """Why a runtime cannot be used."""
        return cls(reason.what, reason.remedy)

    def __str__(self) -> str:
        return f"{self.what} ({self.remedy})" if self.remedy else self.what


@dataclass(frozen=True)
class Availability:
    """What this machine has for worlds, for a person who wants to know why something does not work."""

    usable: bool
    """Whether `auto` would choose Docker."""
    expected: bool = False
    """Whether there is an engine, or ought to be one: one is named, or has left its socket."""
    engine: str | None = None
    """Version of the engine that answered."""
    storage: str | None = None
    images: tuple[Image, ...] = ()
    disk_free: int | None = None
    """Bytes, where the engine keeps its images, or in the state folder when that cannot be seen from here."""
    problems: tuple[Problem, ...] = field(default=())


def choose(name: Name, world: Path) -> tuple[Runtime, str]:
    """Return a runtime for the world in folder `world`, and half a sentence that tells why it is that one.

    Blocks until an engine answers, as `connect` does. Raises `RuntimeUnavailable` when `docker` is asked for and cannot
    be used, and where deployments would run on this interpreter and their libraries are not installed.
    """
    from simulator.runtime import libraries
    from simulator.runtime.local import LocalRuntime

    if name == "box":
        from simulator.runtime.box import BoxRuntime

        return BoxRuntime(world), "as asked for; this container is the box"
    if name == "local":
        libraries.check()
        return LocalRuntime(world), "as asked for; services are processes of this machine"
    try:
        engine = usable_engine(thorough=name == "auto")
    except RuntimeUnavailable as reason:
        if name == "docker":
            raise
        libraries.check()
        return LocalRuntime(world), f"because {reason}"
    from simulator.runtime.docker import DockerRuntime

    version = engine.info.get("ServerVersion")
    return DockerRuntime(world, engine), f"engine {version} answers; services are containers"


def usable_engine(*, thorough: bool) -> "Engine":
    """Return an engine that worlds can use; `thorough` asks also whether its images can be had.

    Blocks until it answers, as `connect` does. Raises `RuntimeUnavailable`.
    """
    from simulator.runtime import images
    from simulator.runtime.docker.engine import connect

    engine = connect()
    if thorough and (reason := images.obstacle(engine)):
        engine.close()
        raise RuntimeUnavailable(f"a Docker engine answers, but {reason.what}", reason.remedy)
    return engine


def availability() -> Availability:
    """Return what there is and what is wrong. Blocks until an engine answers, as `connect` does; raises nothing."""
    from simulator.runtime import images
    from simulator.runtime.docker.endpoint import expected
    from simulator.runtime.docker.engine import connect

    try:
        engine = connect()
    except RuntimeUnavailable as reason:
        free = _free(state.folder())
        return Availability(usable=False, expected=expected(), problems=(Problem.of(reason),), disk_free=free)
    try:
        obstacle = images.obstacle(engine)
        problems = [Problem.of(obstacle)] if obstacle else []
        found = tuple(Image(*image) for image in images.inventory(engine))
    finally:
        engine.close()
    usable = not problems
    info: dict[str, Any] = engine.info
    free = _free(Path(str(info.get("DockerRootDir")))) or _free(state.folder())
    if free is not None and free < _SCARCE and any(image.size is None for image in found):
        problems.append(Problem(f"only {free / 1e9:.1f} GB free for images", "make room, or use --runtime local"))
    unlimited = "the engine cannot limit {}: a deployment could take all of it"
    problems += [Problem(unlimited.format(what)) for what in _unlimited(info)]
    return Availability(usable, True, info.get("ServerVersion"), info.get("Driver"), found, free, tuple(problems))


def _unlimited(info: dict[str, Any]) -> list[str]:
    limits = {"MemoryLimit": "memory", "PidsLimit": "processes", "CpuCfsQuota": "CPU"}
    return [what for key, what in limits.items() if info.get(key) is False]


def _free(folder: Path) -> int | None:
    existing = next((p for p in (folder, *folder.parents) if p.exists()), None)
    return shutil.disk_usage(existing).free if existing and folder.is_absolute() else None
