"""What CPU guests used, told by what their whole container used.

The times of a process go with it, unless its parent waits for it. A guest that forks, burns and ends all the time would
seem to use nothing; but what the container used beyond ours was used by guests.
"""

from contextlib import suppress
from pathlib import Path

import psutil

_USAGE = Path("/sys/fs/cgroup/cpu.stat")
_USAGE_V1 = (Path("/sys/fs/cgroup/cpuacct/cpuacct.usage"), Path("/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage"))


def container() -> float | None:
    """CPU seconds that the container used so far, by its cgroup of version 2 or 1; None where it does not say."""
    with suppress(OSError, ValueError):
        fields = dict(line.split() for line in _USAGE.read_text().splitlines())
        if "usage_usec" in fields:
            return int(fields["usage_usec"]) / 1e6
    for file in _USAGE_V1:
        with suppress(OSError, ValueError):
            return int(file.read_text()) / 1e9
    return None


def hidden(keeper: int) -> float:
    """CPU seconds that no living process of the container tells of; 0 where that cannot be known.

    `keeper` is the process that buries the dead, whose times of children are therefore not its own.
    """
    used = container()
    if used is None:
        return 0.0
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError), process.oneshot():
            times = process.cpu_times()
            used -= times.user + times.system
            if process.pid != keeper:
                used -= times.children_user + times.children_system
    return max(0.0, used)
