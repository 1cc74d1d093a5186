"""Free ports on loopback, held until their owner starts."""

import socket
from collections.abc import Iterable

from simulator.runtime import blocks

CHOICE = range(20_000, 32_000)
"""Below the range from which systems take the ports of outgoing connections, so that none takes ours meanwhile."""

BLOCK = 40
"""Ports that a world has to itself. The first of them is its sign: who holds it has the block."""


class Ports:
    """Picks free ports on 127.0.0.1 and keeps them bound until their owner starts.

    Between the release of a port and its owner's bind lies the start of a process. So that no other world takes the
    port meanwhile, each takes its ports from blocks of its own, of which it holds the first port for as long as it
    lives. The kernel keeps that sign for worlds of every user, and drops it with the process.
    """

    def __init__(self) -> None:
        self._held: dict[int, socket.socket] = {}
        self._signs: list[socket.socket] = []
        self._left: list[int] = []

    def take(self, udp: bool = False) -> int:
        """Return a free port, held. Raises `OSError` when none is free."""
        while True:
            if not self._left:
                self._left = list(self._claim())
            port = self._left.pop()
            if self.hold(port, udp):
                return port

    def _claim(self) -> range:
        """Return the ports of a block that no living world of anybody's has."""
        for block in blocks.shuffled(CHOICE, BLOCK):
            sign = _bound(block.start, udp=False)
            if sign is not None:
                self._signs.append(sign)
                return block[1:]
        raise OSError(f"no free ports between {CHOICE.start} and {CHOICE.stop}")

    def hold(self, port: int, udp: bool = False) -> bool:
        """Hold this very port; says whether it was free."""
        held = _bound(port, udp)
        if held is not None:
            self._held[port] = held
        return held is not None

    def release(self, ports: Iterable[int]) -> None:
        """Let the owners of `ports` bind them."""
        for port in ports:
            if held := self._held.pop(port, None):
                held.close()

    def close(self) -> None:
        """Let go of all."""
        self.release(list(self._held))
        for sign in self._signs:
            sign.close()
        self._signs.clear()
        self._left.clear()


def _bound(port: int, udp: bool) -> socket.socket | None:
    """Return a socket that holds the port; None where somebody has it."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
    try:
        made.bind(("127.0.0.1", port))
    except OSError:
        made.close()
        return None
    return made
