"""Leaves processes that outlive it: they keep its port, its files and its health, and end what comes after."""

import os
import signal
import sys
import time
from contextlib import suppress

from app import toy

MARK = os.path.join(os.environ["HOME"], "been-here")


def daemon() -> None:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 32):
                with suppress(OSError, ValueError):
                    signal.signal(number, signal.SIG_IGN)
            sys.argv[0] = "fdelab-exam"
            while True:
                if os.fork():
                    os._exit(0)
                time.sleep(0.05)
        os._exit(0)


def leave() -> None:
    time.sleep(0.3)
    toy.tell("second life", os.path.exists(MARK))
    open(MARK, "w").close()
    daemon()
    os._exit(0)


toy.in_the_lap(leave)
toy.serve(toy.sorry)
