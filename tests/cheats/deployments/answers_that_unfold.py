"""Small answers that become gigabytes in the hands of whoever unpacks them."""

import itertools
import socket
import zlib

from app import toy

GZIP, ZLIB = 31, 15


def folded(how: int, mebi: int) -> bytes:
    """So many MiB of zeros, made without holding them."""
    folder = zlib.compressobj(9, zlib.DEFLATED, how)
    return b"".join([folder.compress(bytes(2**20)) for _ in range(mebi)] + [folder.flush()])


_turn = itertools.cycle(((b"gzip", folded(GZIP, 100)), (b"deflate", folded(ZLIB, 100))))


def unfold(connection: socket.socket, _request: bytes) -> None:
    how, body = next(_turn)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (how, len(body))
    connection.sendall(head + body)


toy.tell("unfold")
toy.serve_raw(unfold)
