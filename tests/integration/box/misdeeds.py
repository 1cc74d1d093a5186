"""What a deployment does that takes all it can, or that leaves something behind.

Standard library and its neighbour only, and no import of the tests: it runs in a box.
"""

import ctypes
import os
import signal
import threading
import time
from contextlib import suppress

from .intruder import ME, statuses, tell, until_the_lap_runs


def again() -> object:
    """Whether processes of an earlier life of this service are still there."""
    here = {os.getpid(), os.getppid(), 1}
    mine = [s for s in statuses() if s["Uid"].split()[0] == str(ME) and s["State"][0] != "Z"]
    old = [s["Pid"] for s in mine if int(s["Pid"]) not in here]
    return {"old": old, "files": os.listdir(os.environ["HOME"])}


def daemon() -> None:
    """A process that has left its parent, its session and its group, ignores what it can, and holds on to output."""
    open(os.path.join(os.environ["HOME"], "been-here"), "w").close()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            ctypes.CDLL(None).prctl(4, 0)  # PR_SET_DUMPABLE: what the kernel shows of it is root's now
            while True:
                if os.fork() == 0:  # and never stays the same process
                    time.sleep(0.05)
                    continue
                os._exit(0)
        os._exit(0)


def relive() -> None:
    """Tell what is left of an earlier life, leave a daemon, and die."""
    tell("again", again())
    daemon()
    until_the_lap_runs()
    time.sleep(0.5)
    os._exit(7)


def balloon() -> None:
    """More memory than there is, of one's own."""
    until_the_lap_runs()
    held = []
    while True:
        held.append(b"x" * 2**24)


def hidden_balloon() -> None:
    """More memory than there is, in files that no process has mapped, by processes that nobody would end for it."""
    until_the_lap_runs()
    for _ in range(60):
        if os.fork() == 0:
            with open("/proc/self/oom_score_adj", "w") as score:
                score.write("0")
            while True:
                with open(os.memfd_create("hidden"), "wb", buffering=0, closefd=False) as file:
                    for _ in range(63):
                        file.write(b"x" * 2**20)


def flood() -> None:
    while True:
        print("\x1b[2J::error::" + "x" * 2**16)


def bomb() -> None:
    """Processes, output and load without end, at once."""
    until_the_lap_runs()
    start("flood")
    while True:
        with suppress(OSError):
            os.fork()


def start(what: str) -> None:
    """Do it beside the service."""
    threading.Thread(target=globals()[what], daemon=True).start()
