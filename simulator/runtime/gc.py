"""What dead worlds left on this machine: found by label and environment, removed by nothing else.

A world belongs to the folder in which its state folder keeps worlds, so that two users of one engine, or two state
folders of one user, never take each other's worlds for dead.
"""

import shutil
from collections import Counter
from collections.abc import Container, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from simulator import scratch
from simulator.runtime import processes
from simulator.runtime.base import RuntimeSilent, RuntimeUnavailable
from simulator.runtime.box import guests

if TYPE_CHECKING:
    from simulator.runtime.docker.engine import Engine


@dataclass(frozen=True)
class Leftovers:
    """Things of worlds that are not alive, by kind."""

    containers: dict[str, str] = field(default_factory=dict)
    """Name → session."""
    networks: dict[str, str] = field(default_factory=dict)
    """Name → session."""
    processes: dict[int, str] = field(default_factory=dict)
    """Process id → session."""
    folders: dict[Path, str] = field(default_factory=dict)
    """Scratch folder → session."""

    @property
    def sessions(self) -> set[str]:
        """The worlds that they are left of."""
        return {*self.containers.values(), *self.networks.values(), *self.processes.values(), *self.folders.values()}

    def __bool__(self) -> bool:
        return bool(self.sessions)


def find(worlds: Path, live: Container[str] = ()) -> Leftovers:
    """Return what is left of worlds that were folders in `worlds` and whose session is not in `live`.

    With `live` empty that is everything, running worlds too. Without an engine, only processes and folders are
    found. Raises `RuntimeSilent` when there is one and it does not answer.
    """
    worlds = worlds.resolve()
    dead = {p.pid: session for session, p in _processes(worlds) if session not in live}
    folders = {folder: session for session, folder in scratch.of_worlds(worlds) if session not in live}
    with _engine() as engine:
        if engine is None:
            return Leftovers(processes=dead, folders=folders)
        containers = _labelled(engine.api.containers(all=True, filters=_filter()), worlds, live)
        networks = _labelled(engine.api.networks(filters=_filter()), worlds, live)
    return Leftovers(containers, networks, dead, folders)


def remove(worlds: Path, live: Container[str] = ()) -> Leftovers:
    """Remove what `find` finds, and return it. The worlds' folders are the caller's to keep or delete.

    Raises `RuntimeSilent` as `find` does, once processes have ended all the same.
    """
    try:
        found = find(worlds, live)
    finally:
        processes.end(lambda: (p for session, p in _processes(worlds.resolve()) if session not in live))
    for folder in found.folders:
        shutil.rmtree(folder, ignore_errors=True)
    if found.containers or found.networks:
        with _engine() as engine:
            if engine is not None:
                _remove(engine, found)
    return found


def labelled() -> dict[Path, int]:
    """Folders of all worlds, whosever, that have containers on the engine, and how many; none where it is silent."""
    from simulator.runtime.docker.engine import WORLD

    found: Counter[Path] = Counter()
    with suppress(RuntimeSilent), _engine() as engine:
        if engine is not None:
            containers = engine.api.containers(all=True, filters=_filter())
            found.update(Path((one.get("Labels") or {}).get(WORLD, "/")) for one in containers)
    return dict(found)


def remove_images() -> dict[str, int]:
    """Remove images of ours that are of earlier code and that no world uses: name → bytes with all layers.

    Raises `RuntimeSilent` when there is an engine and it does not answer.
    """
    from simulator.runtime import images

    with _engine() as engine:
        return {old.name: old.size for old in images.remove_old(engine)} if engine is not None else {}


def _processes(worlds: Path) -> Iterator[tuple[str, psutil.Process]]:
    """By their environment; those of a box by their user, as theirs says nothing."""
    yield from processes.of_worlds(worlds)
    for world in worlds.iterdir() if worlds.is_dir() else ():
        for process in guests.of_users(guests.abandoned(world)):
            yield world.name, process


def _remove(engine: "Engine", found: Leftovers) -> None:
    from docker.errors import NotFound

    from simulator.runtime.docker.containers import remove as remove_container

    for container in found.containers:
        remove_container(engine, container)
    for network in found.networks:
        with suppress(NotFound):
            engine.api.remove_network(network)


@contextmanager
def _engine() -> "Iterator[Engine | None]":
    """None where there is none. Raises `RuntimeSilent` when there is one and it does not answer, or stops to."""
    from simulator.runtime.docker.engine import TROUBLE, connect

    try:
        engine = connect()
    except RuntimeSilent:
        raise
    except RuntimeUnavailable:
        yield None
        return
    with closing(engine):
        try:
            yield engine
        except TROUBLE as error:
            raise RuntimeSilent(f"the Docker engine does not answer as it should: {error}") from error


def _filter() -> dict[str, str]:
    from simulator.runtime.docker.engine import SESSION

    return {"label": SESSION}


def _labelled(things: list[dict[str, Any]], worlds: Path, live: Container[str]) -> dict[str, str]:
    from simulator.runtime.docker.engine import SESSION, WORLD

    found = {}
    for thing in things:
        labels = thing.get("Labels") or {}
        if Path(labels.get(WORLD, "/")).parent == worlds and labels[SESSION] not in live:
            found[str(thing.get("Name") or thing["Names"][0]).removeprefix("/")] = labels[SESSION]
    return found
