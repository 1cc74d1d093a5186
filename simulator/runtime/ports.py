"""Free ports on loopback, held until their owner starts."""

import fcntl
import random
import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BufferedWriter
from pathlib import Path

CHOICE = range(20_000, 32_000)
"""Below the range from which systems take the ports of outgoing connections, so that none takes ours meanwhile."""

BLOCK = 40
"""Ports that a world has to itself."""

_pick = random.SystemRandom()


class Ports:
    """Picks free ports on 127.0.0.1 and keeps them bound until their owner starts.

    Between the release of a port and its owner's bind lies the start of a process. So that no other world takes the
    port meanwhile, each locks the blocks that it takes ports from, for as long as it lives.
    """

    def __init__(self) -> None:
        self._held: dict[int, socket.socket] = {}
        self._locks: list[BufferedWriter] = []
        self._left: list[int] = []

    def take(self, udp: bool = False) -> int:
        """A free port, held. Raises `OSError` when none is free."""
        while True:
            if not self._left:
                self._left = list(self._block())
            port = self._left.pop()
            held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
            try:
                held.bind(("127.0.0.1", port))
            except OSError:
                held.close()
                continue
            self._held[port] = held
            return port

    def _block(self) -> Iterable[int]:
        """The ports of a block that no living world has."""
        folder = Path(tempfile.gettempdir()) / "fdelab-ports"
        folder.mkdir(exist_ok=True)
        with suppress(PermissionError):
            folder.chmod(0o1777)
        for first in _shuffled(range(CHOICE.start, CHOICE.stop, BLOCK)):
            try:
                lock = (folder / str(first)).open("wb")
            except PermissionError:  # another user's
                continue
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            self._locks.append(lock)
            return range(first, first + BLOCK)
        raise OSError(f"no free port between {CHOICE.start} and {CHOICE.stop} on 127.0.0.1")

    def release(self, ports: Iterable[int]) -> None:
        """Let the owners of `ports` bind them."""
        for port in ports:
            if held := self._held.pop(port, None):
                held.close()

    def close(self) -> None:
        """Let go of all."""
        self.release(list(self._held))
        for lock in self._locks:
            lock.close()
        self._locks.clear()
        self._left.clear()


def _shuffled(blocks: range) -> Iterator[int]:
    yield from _pick.sample(blocks, len(blocks))
