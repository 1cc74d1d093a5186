"""Opens as many connections as it can to all that it may dial, and holds them: nothing should be left for traffic."""

import os
import resource
import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

from app import toy

CLOCK = urlsplit(os.environ["CLOCK_URL"])


def hold() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    reader, writer = os.pipe()
    for number in range(20):
        if os.fork() == 0:
            place = (toy.ERP, CLOCK)[number % 2]
            held = []
            with suppress(OSError):
                while len(held) < 1000:
                    held.append(socket.create_connection((place.hostname or "", place.port or 0), 2))
                    held[-1].sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Never-")
                    os.write(writer, b".")
            time.sleep(60)
            os._exit(0)
    held_by_all = 0
    while True:
        held_by_all += len(os.read(reader, 1 << 16))
        toy.tell("held", held_by_all)
        time.sleep(0.2)


toy.in_the_lap(hold)
toy.serve(toy.sorry)
