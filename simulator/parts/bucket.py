"""A quota as customers' systems implement it: a token bucket that fills evenly in simulated time."""

from collections.abc import Callable
from datetime import datetime


class Bucket:
    """Holds up to `limit`, and gains as much every `per` simulated seconds; full at first."""

    def __init__(self, limit: float, per: float, now: Callable[[], datetime]) -> None:
        self.limit = limit
        self._per = per
        self._now = now
        self._level = limit
        self._seen = now()

    def level(self) -> float:
        """Return what can be taken now; negative after more was charged than there was."""
        now = self._now()
        passed = max((now - self._seen).total_seconds(), 0.0)
        self._seen = now
        self._level = min(self.limit, self._level + passed * self.limit / self._per)
        return self._level

    def wait(self, amount: float) -> float:
        """Return the simulated seconds until `amount` can be taken; for more than the limit, until it is full."""
        return self._until(min(amount, self.limit))

    def full(self) -> float:
        """Return the simulated seconds until it is full again."""
        return self._until(self.limit)

    def charge(self, amount: float, floor: float = float("-inf")) -> None:
        """Take `amount`, available or not, but do not go below `floor`."""
        self._level = max(self.level() - amount, min(floor, self._level))

    def _until(self, level: float) -> float:
        return max(level - self.level(), 0.0) * self._per / self.limit
