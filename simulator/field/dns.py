"""The world's name server of last resort: it knows no name, and records what was asked (RFC 1035 §4)."""

import asyncio
import struct
from collections.abc import Callable
from typing import cast

_HEADER = struct.Struct("!6H")
_NAME_ERROR = 0x8183
"""Response, recursion desired and available, NXDOMAIN."""
_RESPONSE = 0x8000
_LONGEST_NAME = 253


def asked(query: bytes) -> tuple[str, bytes] | None:
    """The name that a query asks for, and its question section; None where it is no query."""
    if len(query) < _HEADER.size:
        return None
    _, flags, questions, *_ = _HEADER.unpack_from(query)
    if flags & _RESPONSE or questions != 1:
        return None
    labels: list[str] = []
    at = _HEADER.size
    while at < len(query) and 0 < query[at] < 64:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    ends = at + 5  # the root label, type and class
    if not labels or ends > len(query) or query[at]:
        return None
    name = ".".join(labels).lower()
    return (name, query[_HEADER.size : ends]) if len(name) <= _LONGEST_NAME else None


class Sink(asyncio.DatagramProtocol):
    """Answers every question with NXDOMAIN; what is no question is ignored."""

    def __init__(self, record: Callable[[str], None]) -> None:
        self._record = record
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Somebody asks."""
        question = asked(data)
        if question is None or self._transport is None:
            return
        name, section = question
        self._record(name)
        identity = _HEADER.unpack_from(data)[0]
        self._transport.sendto(_HEADER.pack(identity, _NAME_ERROR, 1, 0, 0, 0) + section, addr)


async def serve(host: str, port: int, record: Callable[[str], None]) -> asyncio.DatagramTransport:
    """Answer on `host:port` until the transport is closed. Raises `OSError` where the address is taken."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Sink(record), local_addr=(host, port))
    return transport
