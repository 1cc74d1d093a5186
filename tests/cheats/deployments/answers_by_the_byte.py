"""Answers a byte at a time, so that no answer is ever missing."""

import socket
import time

from app import toy

LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 100_000


def slowly(connection: socket.socket, _request: bytes) -> None:
    for byte in LONG:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


toy.tell("slowly")
toy.serve_raw(slowly)
