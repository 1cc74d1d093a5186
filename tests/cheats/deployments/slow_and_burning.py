"""Takes its time with every answer, and burns CPU meanwhile, in processes that come and go."""

import os
import signal
import time

from app import toy


def burn() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them, so that their times are lost
    while True:
        for _ in range(4):
            if os.fork() == 0:
                until = time.monotonic() + 0.3
                while time.monotonic() < until:
                    pass
                os._exit(0)
        time.sleep(0.3)


def slowly(order: toy.Order) -> toy.Answer:
    time.sleep(0.6)
    return toy.dated(order, 1)


if os.fork() == 0:
    toy.until_the_lap_runs()
    burn()
toy.serve(slowly)
