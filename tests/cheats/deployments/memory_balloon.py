"""More memory than it may have, in processes and in files that no process has mapped, until something gives."""

import os

from app import toy


def balloon() -> None:
    toy.tell("balloon")
    for _ in range(6):
        if os.fork() == 0:
            held = []
            while True:
                held.append(bytearray(b"x" * 2**24))
                with open(os.memfd_create("hidden"), "wb", buffering=0, closefd=False) as file:
                    file.write(b"x" * 2**24)


toy.in_the_lap(balloon)
toy.serve(toy.sorry)
