"""The world's name server of last resort: it knows no name, and records what was asked (RFC 1035 §4)."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from simulator.field.toll import CALL_S, Toll

_HEADER = struct.Struct("!6H")
_NAME_ERROR = 0x8183
"""Response, recursion desired and available, NXDOMAIN."""
_RESPONSE = 0x8000
_LONGEST_NAME = 253
_LARGEST = 4096
"""Bytes of a datagram that are read."""


def asked(query: bytes) -> tuple[str, bytes] | None:
    """Return the name that a query asks for and its question section, or None where it is no query."""
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


class Sink:
    """Answers every question with NXDOMAIN; what is no question is ignored. `close` frees its socket.

    A socket of its own and no transport, since a transport takes whatever comes: what comes while too much work is
    owed waits in the kernel, or is lost there.
    """

    def __init__(self, listening: socket.socket, record: Callable[[str], None], toll: Toll) -> None:
        self._socket = listening
        self._record = record
        self._toll = toll
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._listen()

    def close(self) -> None:
        """Answer nobody any more; it may be closed again."""
        if self._socket.fileno() < 0:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _listen(self) -> None:
        self._timer = None
        self._loop.add_reader(self._socket, self._readable)

    def _readable(self) -> None:
        if wait := self._toll.wait():
            self._loop.remove_reader(self._socket)
            self._timer = self._loop.call_later(wait, self._listen)
            return
        with self._toll.work(CALL_S), suppress(OSError):  # nothing there after all, or nobody there who asked
            self._answer(*self._socket.recvfrom(_LARGEST))

    def _answer(self, data: bytes, source: object) -> None:
        question = asked(data)
        if question is None:
            return
        name, section = question
        self._record(name)
        identity = _HEADER.unpack_from(data)[0]
        self._socket.sendto(_HEADER.pack(identity, _NAME_ERROR, 1, 0, 0, 0) + section, cast(Any, source))


async def serve(host: str, port: int, record: Callable[[str], None], toll: Toll) -> Sink:
    """Answer on `host:port` until the sink is closed; `toll` pays. Raises `OSError` where the address is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listening.setblocking(False)
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return Sink(listening, record, toll)
