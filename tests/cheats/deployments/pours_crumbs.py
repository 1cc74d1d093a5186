"""Sends clock and ERP bodies in chunks of one byte, which cost a thousand times as much to take as to send.

Its own answers are quick and wrong, so that nothing but late traffic could excuse them.
"""

import os
import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

from app import toy

CLOCK = urlsplit(os.environ["CLOCK_URL"])
CRUMBS = b"1\r\nx\r\n" * 20_000


def pour(number: int) -> None:
    place = (CLOCK, toy.ERP)[number % 2]
    while True:
        with suppress(OSError), socket.create_connection((place.hostname or "", place.port or 0), 2) as s:
            s.sendall(b"POST /erp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                s.sendall(CRUMBS)
        time.sleep(0.05)


def begin() -> None:
    toy.tell("pours")
    for number in range(6):
        toy.beside(lambda number=number: pour(number))


def tomorrow(order: toy.Order) -> toy.Answer:
    return toy.dated(order, 1)


toy.in_the_lap(begin)
toy.serve(tomorrow)
