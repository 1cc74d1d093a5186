"""Guests: the users that services of a deployment run as, one each, and what is theirs on this machine."""

import json
import math
import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from simulator.plan import Process
from simulator.runtime import blocks, processes
from simulator.runtime.box import launch, syscalls

CHOICE = range(30_000, 59_984)
"""Above the users of most machines, below what a user namespace of the usual size ends with."""

BLOCK = 16
"""Users that a box has to itself: as many services as its deployment can have."""

FILES = 1024
"""Open files of each process, connections among them."""

_MEBI, _GIBI = 2**20, 2**30
_LARGEST_FILE = 64 * _MEBI
_LEAST_ADDRESS_SPACE = 4 * _GIBI
"""Address space is taken in advance, by threads and by BLAS; memory that is used is what `memory` watches."""
_END = 10.0
_RECORD = "guests.json"


@dataclass(frozen=True)
class Guest:
    """One service's user."""

    uid: int
    home: Path
    """Its own folder, the only one of the world that it may write to."""
    files: Path
    """Where its copies of the plan's folders are, which it may only read."""

    def launcher(self, process: Process) -> list[str]:
        """Return what the command line of the service begins with."""
        return [*launch_as(self.uid, _rlimits(process)), "--"]

    def members(self) -> Iterator[psutil.Process]:
        """All its living processes, whoever started them."""
        return of_users({self.uid})

    def end(self) -> None:
        """End all its processes, also those that fork meanwhile. Raises `OSError` when some are still there."""
        end({self.uid})

    def clear(self) -> None:
        """Make a fresh home, and clear places that everybody may write to. Only while none of its processes is left."""
        shutil.rmtree(self.home, ignore_errors=True)
        for place in ("/tmp", "/dev/shm", "/var/tmp"):  # noqa: S108
            _remove_all_of(self.uid, Path(place))
        self.home.mkdir(mode=0o700, parents=True)
        os.chown(self.home, self.uid, self.uid)


class Users:
    """Takes users for the guests of one world; no other world of this machine has them meanwhile.

    Limits on processes are counted by user over all containers of a machine. So whoever starts a box may choose its
    users, and says so in FDELAB_BOX_USERS.
    """

    VARIABLE = "FDELAB_BOX_USERS"

    def __init__(self, world: Path) -> None:
        self._world = world
        self._lock: IO[bytes] | None = None
        self._left: list[int] = []

    def take(self) -> int:
        """Return the next user. Raises `OSError` when there is none left."""
        if self._lock is None and not self._left:
            given = os.environ.get(self.VARIABLE)
            found, self._lock = (range(*map(int, given.split("-"))), None) if given else claim()
            (self._world / _RECORD).write_text(json.dumps([found.start, found.stop]))
            self._left = list(reversed(found))
        if not self._left:
            raise OSError(f"a box has no more than {BLOCK} services")
        return self._left.pop()

    def close(self) -> None:
        """Let others have them."""
        if self._lock is not None:
            self._lock.close()


def claim() -> tuple[range, IO[bytes]]:
    """Return a block of users that nobody on this machine is, and the lock that keeps it while it is open."""
    return blocks.claim("users", CHOICE, BLOCK, lambda block: not _known(block) and not any(of_users(set(block))))


def of_users(users: set[int]) -> Iterator[psutil.Process]:
    """All living processes that run as one of `users`, by what the kernel says: no process can hide that."""
    for status in statuses():
        if users & users_of(status) and status["State"][0] not in "ZX":
            with suppress(psutil.Error, OSError):
                yield psutil.Process(int(status["Pid"]))


def end(users: set[int]) -> None:
    """End all processes of `users`. Raises `OSError` when some are still there."""
    for uid in users if any(of_users(users)) else ():
        # Two of these end each other, and then all else is ended too.
        subprocess.run([*launch_as(uid, {}), "--end"], env={}, timeout=_END)
    if left := processes.end(lambda: of_users(users), _END):
        raise OSError(f"{len(left)} processes of the deployment cannot be ended")


def reap(users: set[int], others: Collection[int]) -> float:
    """Bury the dead of `users` whose parent has gone: they count as processes, and nobody else here does it.

    `others` are children that somebody waits for. Returns the CPU seconds that the buried used.
    """
    me, seconds = str(os.getpid()), 0.0
    for status in statuses():
        orphan = status["PPid"] == me and int(status["Pid"]) not in others
        if orphan and status["State"][0] == "Z" and users & users_of(status):
            with suppress(ChildProcessError):
                _, _, used = os.wait4(int(status["Pid"]), os.WNOHANG)
                seconds += used.ru_utime + used.ru_stime
    return seconds


def abandoned(world: Path) -> set[int]:
    """Return the users of a world whose keeper is dead; none where others have them now, or never had any."""
    try:
        first, last = json.loads((world / _RECORD).read_bytes())
        lock = blocks.lock("users", first)
    except (OSError, ValueError):
        return set()
    if lock is None:
        return set()
    lock.close()
    return set(range(first, last))


def launch_as(uid: int, rlimits: dict[str, int]) -> list[str]:
    """Return what the command line of a process that becomes `uid` begins with."""
    limits = {"uid": uid, "rlimits": rlimits, "filter": syscalls.program().hex()}
    return [sys.executable, "-I", "-S", launch.__file__, json.dumps(limits)]


def _rlimits(process: Process) -> dict[str, int]:
    limits = process.limits
    return {
        "RLIMIT_NPROC": limits.pids,
        "RLIMIT_NOFILE": FILES,
        "RLIMIT_FSIZE": _LARGEST_FILE,
        "RLIMIT_AS": _LEAST_ADDRESS_SPACE + limits.memory,
        "RLIMIT_CORE": 0,
        "RLIMIT_NICE": 0,
        "RLIMIT_RTPRIO": 0,
        "RLIMIT_MSGQUEUE": 0,
    }


def environment(process: Process, guest: Guest, programs: Iterable[Path]) -> dict[str, str]:
    """Return what a service's environment has beside what the plan says: the same as in a container of its own."""
    return {
        "PATH": os.pathsep.join(map(str, (*programs, "/usr/local/bin", "/usr/bin", "/bin"))),
        "HOME": str(guest.home),
        "TMPDIR": str(guest.home),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": str(max(1, math.ceil(process.limits.cpus))),
    }


def statuses() -> Iterator[dict[str, str]]:
    """Yield what the kernel says of each process: proc(5), status.

    It is looked at many times a second, hence by hand.
    """
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            with suppress(OSError):
                yield fields(Path(f"/proc/{name}/status"))


def fields(file: Path) -> dict[str, str]:
    """Return the lines `name: value` of a file of the kernel. Raises `OSError`."""
    lines = file.read_text(errors="replace").splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def users_of(status: Mapping[str, str]) -> set[int]:
    """Real, effective, saved and file system user of a process."""
    return set(map(int, status.get("Uid", "").split()))


def _known(users: Iterable[int]) -> bool:
    for uid in users:
        with suppress(KeyError):
            pwd.getpwuid(uid)
            return True
    return False


def _remove_all_of(uid: int, place: Path) -> None:
    """Remove a user's files and folders from a folder that everybody may write to; never follows a link."""
    with suppress(OSError):
        for path in list(place.iterdir()):
            with suppress(OSError):
                found = path.lstat()
                if found.st_uid != uid:
                    continue
                if stat.S_ISDIR(found.st_mode):
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()
