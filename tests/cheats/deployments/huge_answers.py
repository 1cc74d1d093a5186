"""Answers without end, as fast as it can."""

import socket

from app import toy

MUCH = b"%x\r\n" % 2**20 + b" " * 2**20 + b"\r\n"


def much(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(MUCH)


toy.tell("huge")
toy.serve_raw(much)
