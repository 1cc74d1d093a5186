"""The processes of a world on this host: found, measured and ended by group and by what their environment says.

A daemon that forked twice has left its parent and its group; its environment it keeps.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

SESSION, PROCESS, WORLD = "FDELAB_SESSION", "FDELAB_PROCESS", "FDELAB_WORLD"
"""Variables that every process of a world inherits: its session, its name in the plan, the world's folder."""

_PATIENCE = 0.005
_SETTLED = 5.0
"""Seconds after its birth in which a process has surely begun its program, even where the machine hardly lets it."""
_MOST = 10_000
"""Strangers that are kept in mind."""
_GONE = (psutil.Error, OSError)


def group(leader: int, session: str, name: str, strangers: "Strangers | None" = None) -> Iterator[psutil.Process]:
    """Every living process that `leader` started: its session's members and whoever left that but carries our mark.

    Those that were found to be `strangers` before are not asked for their environment again.
    """
    for process in psutil.process_iter():
        with suppress(*_GONE):
            if os.getsid(process.pid) == leader or _marked(process, session, name, strangers):
                yield from _living(process)


class Strangers:
    """Processes of no world, of which a machine has hundreds, so that who looks each second does not read all of them.

    A process has its mark when its program begins; whoever has been there for a while without one will never have it.
    """

    def __init__(self) -> None:
        self._known: dict[int, psutil.Process] = {}

    def __contains__(self, process: psutil.Process) -> bool:
        return self._known.get(process.pid) == process

    def met(self, process: psutil.Process) -> None:
        """Meet a process without the mark."""
        if time.time() - process.create_time() < _SETTLED:
            return
        if len(self._known) > _MOST:
            self._known.clear()  # most of them are long gone
        self._known[process.pid] = process


async def ended(pid: int) -> None:
    """Return when that child of this process has ended; at once where the kernel has no way to tell."""
    try:
        descriptor = os.pidfd_open(pid)
    except (AttributeError, OSError):
        return
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def of_session(session: str) -> Iterator[psutil.Process]:
    """Every living process of a world, save its keeper (which is in no plan)."""
    for process in psutil.process_iter():
        with suppress(*_GONE):
            environ = process.environ()
            if environ.get(SESSION) == session and PROCESS in environ:
                yield from _living(process)


def of_worlds(worlds: Path) -> Iterator[tuple[str, psutil.Process]]:
    """(session, process) of every living process whose world is a folder in `worlds`."""
    for process in psutil.process_iter():
        with suppress(*_GONE):
            environ = process.environ()
            if SESSION in environ and PROCESS in environ and Path(environ.get(WORLD, "/")).parent == worlds:
                for alive in _living(process):
                    yield environ[SESSION], alive


def end(find: Callable[[], Iterable[psutil.Process]], within: float = 5.0) -> list[psutil.Process]:
    """Kill what `find` yields until it yields nothing, so that forks during the hunt die too; returns survivors."""
    deadline = time.monotonic() + within
    while left := list(find()):
        if time.monotonic() > deadline:
            return left
        for process in left:
            with suppress(*_GONE):
                process.kill()
        # Not psutil's waiting, which would take the exit status of our children away from the loop that started them.
        time.sleep(_PATIENCE)
    return []


def signal_all(find: Callable[[], Iterator[psutil.Process]], number: int) -> None:
    """Send a signal to what `find` yields, once each, until it yields nothing new: none forks out of a stop."""
    told: set[psutil.Process] = set()
    while new := [process for process in find() if process not in told]:
        for process in new:
            with suppress(*_GONE):
                process.send_signal(number)
        told.update(new)


def usage(members: Iterator[psutil.Process]) -> tuple[float, int, int]:
    """CPU seconds so far, resident bytes and number of `members`; CPU includes children that were waited for."""
    cpu, memory, pids = 0.0, 0, 0
    for process in members:
        with suppress(*_GONE), process.oneshot():
            times = process.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            memory += process.memory_info().rss
            pids += 1
    return cpu, memory, pids


def _marked(process: psutil.Process, session: str, name: str, strangers: Strangers | None) -> bool:
    if strangers is not None and process in strangers:
        return False
    environ = process.environ()
    if strangers is not None and SESSION not in environ:
        strangers.met(process)
    return environ.get(SESSION) == session and environ.get(PROCESS) == name


def _living(process: psutil.Process) -> Iterator[psutil.Process]:
    if process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
        yield process
