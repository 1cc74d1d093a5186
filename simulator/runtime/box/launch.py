"""`python -I -S launch.py LIMITS -- PROGRAM ARGUMENT…`: become a guest, for good, and run the program.

A process of its own, since the keeper has threads, between whose fork and exec little may happen. Only the standard
library: it starts in some 15 ms. LIMITS is a `Limits` as JSON; nothing in it is secret, as everybody reads every
command line. Exits with 127 where the program cannot be run, as a shell does.

`launch.py LIMITS --end` ends all processes of the guest's user instead. The kernel sends that signal to all of them
at once, so that no fork can outrun it, as it can whoever looks for processes and ends them one by one.
`launch.py LIMITS --probe PATH…` prints, as JSON, those of the paths that the guest may read (`open`), and whether the
kernel took the filter of system calls (`filtered`).
"""

import ctypes
import json
import os
import resource
import signal
import sys
from contextlib import suppress
from typing import Any

NOT_RUN = 127
_NO_NEW_PRIVS = 38  # PR_SET_NO_NEW_PRIVS, prctl(2)
_SET_FILTER = (22, 2)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
_REMOVE = 0  # IPC_RMID
_LAST, FIRST_TO_DIE = 19, 900
"""Nice value, and how much likelier than others it is ended when memory is short (proc(5), oom_score_adj)."""


def bound(limits: dict[str, Any]) -> None:
    """Set what a guest cannot undo: each limit hard, and a priority that it may not raise again.

    Its score for running out of memory it can lower; `memory` raises it again.
    """
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123 - no pathlib: 10 ms
        score.write(str(FIRST_TO_DIE))
    os.nice(_LAST)
    for name, value in limits["rlimits"].items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (value, value))


def become(uid: int) -> None:
    """Be that user, in no group but its own, and never more than that. Raises `OSError`."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


class _Program(ctypes.Structure):
    """A filter as the kernel takes it: struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(instructions: bytes) -> None:
    """Refuse the system calls that the filter refuses, to all that this process becomes. Raises `OSError`."""
    program = _Program(len(instructions) // 8, instructions)
    mode, kind = _SET_FILTER
    if ctypes.CDLL(None, use_errno=True).prctl(mode, kind, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def forget(uid: int) -> None:
    """Remove what outlives the user's processes: System V memory, semaphores and queues (sysvipc(7))."""
    libc = ctypes.CDLL(None)
    ways: dict[str, Any] = {
        "shm": libc.shmctl,
        "msg": libc.msgctl,
        "sem": lambda number, *how: libc.semctl(number, 0, *how),
    }
    for kind, control in ways.items():
        with suppress(OSError), open(f"/proc/sysvipc/{kind}") as table:  # noqa: PTH123
            names, *rows = (line.split() for line in table)
            for row in rows:
                if int(row[names.index("uid")]) == uid:
                    control(int(row[1]), _REMOVE, None)


def _confined(limits: dict[str, Any]) -> bool:
    """Install the filter; False where there is none for this machine, or its kernel does not take it."""
    try:
        confine(bytes.fromhex(limits["filter"]))
    except OSError:
        return False
    return True


def main(words: list[str]) -> None:
    """Entry point of the process; returns only where it runs no program."""
    limits = json.loads(words[0])
    if words[1] == "--end":
        os.setgroups([])
        os.setresuid(limits["uid"], limits["uid"], limits["uid"])
        with suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        forget(limits["uid"])
        return
    if words[1] == "--probe":
        become(limits["uid"])
        filtered = _confined(limits)
        readable = [path for path in words[2:] if os.access(path, os.R_OK)]
        sys.stdout.write(json.dumps({"open": readable, "filtered": filtered}))
        return
    program = words[2:]
    bound(limits)
    become(limits["uid"])
    # Where the kernel does not take it, a probe has said so, and every report does.
    _confined(limits)
    os.umask(0o022)
    try:
        os.execvp(program[0], program)  # noqa: S606 - no shell is what is wanted
    except OSError as error:
        sys.stderr.write(f"cannot run {program[0]!r}: {error.strerror}\n")
        sys.exit(NOT_RUN)


if __name__ == "__main__":
    main(sys.argv[1:])
