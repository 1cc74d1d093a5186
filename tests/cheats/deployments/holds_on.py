"""Holds the exam open: it never answers, never hangs up, never ends, whatever it is told."""

import signal
import socket
import time
from contextlib import suppress

from app import toy

for _number in range(1, 32):
    with suppress(OSError, ValueError):
        signal.signal(_number, signal.SIG_IGN)


def hold(connection: socket.socket, _request: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        with suppress(OSError):
            connection.sendall(b"1\r\n \r\n")
        time.sleep(1)


toy.tell("holds on")
toy.serve_raw(hold)
