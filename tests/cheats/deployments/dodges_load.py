"""Healthy until the day begins, then ends as if all was well, again and again."""

import os

from app import toy


def leave() -> None:
    toy.tell("left")
    os._exit(0)


toy.in_the_lap(leave)
toy.serve()
