"""Free ports on loopback, held until their owner starts."""

import socket
from collections.abc import Iterable
from typing import IO

from simulator.runtime import blocks

CHOICE = range(20_000, 32_000)
"""Below the range from which systems take the ports of outgoing connections, so that none takes ours meanwhile."""

BLOCK = 40
"""Ports that a world has to itself."""


class Ports:
    """Picks free ports on 127.0.0.1 and keeps them bound until their owner starts.

    Between the release of a port and its owner's bind lies the start of a process. So that no other world takes the
    port meanwhile, each locks the blocks that it takes ports from, for as long as it lives.
    """

    def __init__(self) -> None:
        self._held: dict[int, socket.socket] = {}
        self._locks: list[IO[bytes]] = []
        self._left: list[int] = []

    def take(self, udp: bool = False) -> int:
        """A free port, held. Raises `OSError` when none is free."""
        while True:
            if not self._left:
                block, lock = blocks.claim("ports", CHOICE, BLOCK)
                self._left = list(block)
                self._locks.append(lock)
            port = self._left.pop()
            if self.hold(port, udp):
                return port

    def hold(self, port: int, udp: bool = False) -> bool:
        """Hold this very port; says whether it was free."""
        held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            held.close()
            return False
        self._held[port] = held
        return True

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
