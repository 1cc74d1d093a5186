"""Answers questions that were not asked yet, and says two things at once, so that somebody reads what suits it."""

import itertools
import socket

from app import toy

_turn = itertools.count()
_OTHER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
WAYS = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + _OTHER * 50,
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _OTHER,
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 0\r\n\r\n" + _OTHER,
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + _OTHER,
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n" + _OTHER,
    b"HTTP/1.1 204 No Content\r\nContent-Length: 400\r\n\r\n" + _OTHER,
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + _OTHER,
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n" + _OTHER,
    b"HTTP/1.1 99999 \xff\xfe\r\n\r\n",
    b"HTTP/9.9 200 OK\nContent-Length: 2\n\n{}",
    b"HTTP/1.1 200 OK\r\n\x00: \x00\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
)  # fmt: skip


def smuggle(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(WAYS[next(_turn) % len(WAYS)])


toy.tell("smuggle")
toy.serve_raw(smuggle)
