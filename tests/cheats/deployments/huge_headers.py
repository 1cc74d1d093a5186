"""Answers with headers that never end: one long one, or ever more of them."""

import itertools
import socket

from app import toy

_turn = itertools.count()


def headers(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    match next(_turn) % 3:
        case 0:
            connection.sendall(b"X-Long: ")
            while True:
                connection.sendall(b"x" * 2**16)
        case 1:
            for number in itertools.count():
                connection.sendall(b"".join(b"X-%d-%d: x\r\n" % (number, n) for n in range(500)))
        case _:
            while True:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


toy.tell("headers")
toy.serve_raw(headers)
