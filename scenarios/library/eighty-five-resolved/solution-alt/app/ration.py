"""Who gets an agent: the customers who need one most, as many as the floor can finish.

The floor finishes so many cases a minute, and so many chats begin in one: their ratio is the share of chats that can be
handed over. The chance that is worse than all but this share is the threshold, unless an agent is not worth it at all.
"""

from collections import deque

from app.settings import Settings

LATEST = 120
"""Chats that the threshold goes by."""


class Ration:
    """Knows the latest chats."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._latest: deque[tuple[float, float]] = deque(maxlen=LATEST)

    def begins(self, minute: float, chance: float) -> None:
        """A chat with such a chance begins, at a minute of the customer's day."""
        self._latest.append((minute, chance))

    def threshold(self, seats: int, waiting: int) -> float:
        """The chance below which a chat is handed over, with so many seats, and so many customers in the queue."""
        even = self._settings.prices.even
        if len(self._latest) < 20:
            return even
        minutes = max(self._latest[-1][0] - self._latest[0][0], 0.1)
        finished = (seats * self._settings.desk.fill - 2 * waiting) / self._settings.desk.minutes
        share = max(finished, 0.0) / (len(self._latest) / minutes)
        chances = sorted(chance for _, chance in self._latest)
        place = int(share * len(chances))
        return min(even, chances[place]) if place < len(chances) else even
