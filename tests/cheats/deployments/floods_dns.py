"""Asks for names as fast as it can: whoever answers is the process that also sends the traffic."""

import os
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from app import toy


def flood() -> None:
    """Straight to who answers in the end, past the resolver of the engine."""
    where = socket.gethostbyname(urlsplit(os.environ["CLOCK_URL"]).hostname or "")
    toy.tell("flood", where)
    for number in range(4):
        if os.fork() == 0:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.connect((where, 53))
                count = 0
                while True:
                    count += 1
                    name = b"%030d" % (count * 10 + number)
                    with suppress(OSError):
                        s.send(b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x1e" + name + b"\x00\x00\x01\x00\x01")


toy.in_the_lap(flood)
toy.serve(toy.sorry)
