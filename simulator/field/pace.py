"""A thin line: bytes leave it no faster than its rate, in the order in which they come, whoever shares it."""

import math

_IDLE_S = 0.02
"""How long a line may wait for its next bytes and still count as busy: what it then has missed, it makes good.
A busy machine takes so long to hand them on."""


class Line:
    """A thin line, which callers may share; times are the machine's monotonic seconds."""

    __slots__ = ("_free", "rate")

    def __init__(self) -> None:
        self.rate = math.inf
        """Bytes per second; 0: nothing leaves."""
        self._free = 0.0

    def through(self, size: int, since: float) -> float:
        """Return when `size` bytes that come at `since`, or later, have left."""
        if not self.rate:
            return math.inf
        if since - self._free > _IDLE_S:
            self._free = since
        self._free += size / self.rate
        return self._free
