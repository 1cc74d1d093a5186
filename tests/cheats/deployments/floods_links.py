"""Asks the ERP and the clock for more than anybody can answer, without ever reading an answer."""

import os
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from app import toy

CLOCK = urlsplit(os.environ["CLOCK_URL"])
QUESTIONS = b"GET /?wsdl HTTP/1.1\r\nHost: x\r\n\r\n" * 500


def flood() -> None:
    toy.tell("flood")
    for number in range(8):
        if os.fork() == 0:
            place = (toy.ERP, CLOCK)[number % 2]
            while True:
                with suppress(OSError), socket.create_connection((place.hostname or "", place.port or 0), 2) as s:
                    if number < 4:
                        s.setblocking(False)
                        while s.send(QUESTIONS):
                            with suppress(BlockingIOError):
                                s.recv(1 << 20)
                    s.sendall(QUESTIONS)


toy.in_the_lap(flood)
toy.serve(toy.sorry)
