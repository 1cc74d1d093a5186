"""Fills every place where it may write, with large files and with very many small ones."""

import os
from contextlib import suppress

from app import toy


def fill() -> None:
    found = {}
    toy.tell("fills", True)
    for place in {os.environ["HOME"], "/tmp", "/dev/shm", "/var/tmp", "/run", "."}:
        written = count = 0
        with suppress(OSError), open(f"{place}/large", "wb", buffering=0) as file:
            while True:
                written += file.write(b"x" * 2**20)
        with suppress(OSError):
            for count in range(20_000):
                open(f"{place}/small-{count}", "wb").close()
        found[place] = [written // 2**20, count]
    toy.tell("filled", found)


toy.in_the_lap(fill)
toy.serve(toy.sorry)
