"""A thin line: bytes leave it no faster than its rate, in the order in which they come, whoever shares it."""

import math


class Line:
    """What one bandwidth is shared by; times are the machine's monotonic seconds."""

    __slots__ = ("_free", "rate")

    def __init__(self) -> None:
        self.rate = math.inf
        """Bytes per second; 0: nothing leaves."""
        self._free = 0.0

    def through(self, size: int, since: float) -> float:
        """When `size` bytes that come at `since`, or later, have left."""
        if not self.rate:
            return math.inf
        if math.isinf(self._free):
            self._free = 0.0
        self._free = max(self._free, since) + size / self.rate
        return self._free
