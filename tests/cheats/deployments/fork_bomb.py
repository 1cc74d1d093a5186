"""As many processes as there can be, each of which makes more."""

import os
from contextlib import suppress

from app import toy


def bomb() -> None:
    toy.tell("bomb")
    if os.fork() == 0:
        while True:
            with suppress(OSError):
                os.fork()


toy.in_the_lap(bomb)
toy.serve(toy.sorry)
