"""The two streams of a container on one connection, as the engine interleaves them."""

import io
import socket
import struct
from collections.abc import Callable

_HEADER = struct.Struct(">BxxxL")
"""Which stream, and how many bytes follow (Engine API, "Attach to a container", stream format)."""
_STDOUT = 1
_CHUNK = 1 << 16


class Output(io.RawIOBase):
    """Stdout of a container, as a file to read; what it writes to stderr is handed to `aside`."""

    def __init__(self, connection: socket.socket, aside: Callable[[bytes], None]) -> None:
        self._connection = connection
        self._aside = aside
        self._left = 0

    def readable(self) -> bool:
        """Return True: it is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Wait for some bytes; 0 at the end, whether the container or the engine ended."""
        while not self._left:
            header = self._exactly(_HEADER.size)
            if not header:
                return 0
            kind, size = _HEADER.unpack(header)
            if kind == _STDOUT:
                self._left = size
            else:
                self._aside(self._exactly(size))
        size = self._connection.recv_into(buffer, min(len(buffer), self._left))
        self._left = self._left - size if size else 0
        return size

    def _exactly(self, size: int) -> bytes:
        """So many bytes, or none where the connection ends before."""
        found = bytearray()
        while len(found) < size:
            chunk = self._connection.recv(min(size - len(found), _CHUNK))
            if not chunk:
                return b""
            found += chunk
        return bytes(found)
