"""Answers every order alike, in a hundred thousand chunks of one byte each: little to send, and much to take."""

import json
import socket

from app import toy

BLANKS = b"1\r\n \r\n" * 100_000


def crumbs(connection: socket.socket, request: bytes) -> None:
    _, said = toy.dated(json.loads(request.partition(b"\r\n\r\n")[2]), 1)
    first = b"%x\r\n%b\r\n" % (len(said), said)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.sendall(head + first + BLANKS + b"0\r\n\r\n")


toy.tell("crumbs")
toy.serve_raw(crumbs)
