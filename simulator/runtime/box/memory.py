"""What guests hold in memory, and how much the whole container holds.

The kernel limits memory by container, not by user. So what each guest holds is looked at many times a second, and one
that holds more than its limit is ended, as the kernel would in a container of its own. There is memory that shows in no
process, such as a file in memory that is not mapped; hence the look at the container, in which ours never come near
its limit.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from simulator.runtime.box.guests import fields, statuses, users_of
from simulator.runtime.box.launch import FIRST_TO_DIE

_KIBI, _MEBI = 2**10, 2**20
_RESERVE = 512 * _MEBI
"""What must be left of the container's memory: about as much as a program can fill between two looks."""
_VERSIONS = (
    (Path("/sys/fs/cgroup"), "memory.max", "memory.current"),
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes", "memory.usage_in_bytes"),
)
"""Where cgroups of version 2 and 1 say it, as a container sees its own."""


def over(limits: Mapping[int, int]) -> set[int]:
    """Return the users whose processes hold more than their limit in bytes: of their own and shared, without files.

    On the way each process is made the kernel's first choice when memory ends; a guest may have undone that.
    """
    members: dict[int, list[str]] = {uid: [] for uid in limits}
    most = dict.fromkeys(limits, 0)
    for status in statuses():
        for uid in limits.keys() & users_of(status):
            members[uid].append(status["Pid"])
            most[uid] += _bytes(status, "RssAnon", "RssShmem")
            with suppress(OSError):
                Path(f"/proc/{status['Pid']}/oom_score_adj").write_text(str(FIRST_TO_DIE))
    return {uid for uid, limit in limits.items() if most[uid] > limit and _share(members[uid]) > limit}


def _share(pids: Iterable[str]) -> int:
    """Bytes that processes hold, where what some of them share counts once.

    Where we may not look (that takes CAP_SYS_PTRACE), or a process has gone meanwhile, it counts in full.
    """
    held = 0
    for pid in pids:
        with suppress(OSError):
            try:
                held += _bytes(fields(Path(f"/proc/{pid}/smaps_rollup")), "Pss_Anon", "Pss_Shmem")
            except PermissionError:
                held += _bytes(fields(Path(f"/proc/{pid}/status")), "RssAnon", "RssShmem")
    return held


def _bytes(found: Mapping[str, str], *names: str) -> int:
    return sum(int(found.get(name, "0 kB").split()[0]) for name in names) * _KIBI


def kills() -> int:
    """How many processes the kernel has killed so far because the container's memory was used up."""
    for (folder, *_), name in zip(_VERSIONS, ("memory.events", "memory.oom_control"), strict=True):
        with suppress(OSError):
            return int(dict(map(str.split, (folder / name).read_text().splitlines())).get("oom_kill", "0"))
    return 0


def limit() -> int | None:
    """Return the container's own limit in bytes; None where it has none."""
    for folder, name, _ in _VERSIONS:
        with suppress(OSError):
            text = (folder / name).read_text().strip()
            return int(text) if text.isdigit() and int(text) < _of_the_machine() else None
    return None


def scarce() -> bool:
    """Whether the container, if it has a limit, is about to reach it."""
    for folder, name, usage in _VERSIONS:
        with suppress(OSError):
            most = (folder / name).read_text().strip()
            if not most.isdigit():
                return False
            used = int((folder / usage).read_text())
            if int(most) - used > _RESERVE:  # the usual case costs two small files
                return False
            lines = (folder / "memory.stat").read_text().splitlines()
            return int(most) - used + _files(lines) < _RESERVE
    return False


def _files(lines: Iterable[str]) -> int:
    """Bytes of files, which the kernel gives back when it needs them."""
    return sum(int(value) for name, value in map(str.split, lines) if name in ("inactive_file", "active_file"))


def _of_the_machine() -> int:
    first = Path("/proc/meminfo").read_text().splitlines()[0]
    return int(first.split()[1]) * _KIBI
