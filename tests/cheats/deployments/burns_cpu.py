"""Takes all CPU that it can get, in processes that come and go, so that traffic leaves late and nobody can judge."""

import os
import time
from contextlib import suppress

from app import toy


def burn() -> None:
    toy.tell("burn")
    for _ in range(8):
        if os.fork() == 0:
            while True:
                if os.fork():  # the parent goes, and what it used with it
                    os._exit(0)
                until = time.monotonic() + 0.2
                with suppress(OSError):
                    while time.monotonic() < until:
                        pass


toy.in_the_lap(burn)
toy.serve(toy.sorry)
