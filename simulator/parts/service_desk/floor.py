"""The floor of a service desk: seats, a queue in order of arrival, and customers with limited patience.

Times are simulated seconds from any zero, and never go back. Nothing happens by itself: the caller passes the current
time, and what was due until then happens first, in order.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any, Literal


@dataclass
class Case:
    """One case that was handed over."""

    ticket: str
    chat: str
    came: float
    """When it came, in simulated seconds."""
    handling: float
    """Simulated seconds that it keeps an agent busy."""
    patience: float
    """Simulated seconds that its customer waits."""
    packet: dict[str, Any]
    missing: tuple[str, ...]
    at: float = 0.0
    """When it came, as a wall second of the lap."""
    queue: int = 0
    waited: float = 0.0
    outcome: Literal["taken", "left", "waiting"] = "waiting"


class Floor:
    """Seats and queue; `over` is called with every case when it is taken or its customer leaves."""

    def __init__(self, seats: int, over: Callable[[Case], None]) -> None:
        self.seats = seats
        self._over = over
        self._ends: list[float] = []
        """When busy agents will be free: a heap."""
        self._queue: deque[Case] = deque()
        self._now = float("-inf")

    @property
    def busy(self) -> int:
        """Return the agents with a case, including those who leave when it is done."""
        return len(self._ends)

    @property
    def queue(self) -> int:
        """Return the cases whose customer waits."""
        return len(self._queue)

    def add(self, case: Case) -> None:
        """Add a case that came at `case.came`."""
        self.advance(case.came)
        case.queue = len(self._queue)
        self._queue.append(case)
        self._serve(self._now)

    def staff(self, seats: int, now: float) -> None:
        """Change the number of agents from now on."""
        self.advance(now)
        self.seats = seats
        self._serve(self._now)

    def advance(self, now: float) -> None:
        """Let everything happen that was due until `now`."""
        while self._ends and self._ends[0] <= now:
            end = heappop(self._ends)
            self._serve(end)
        self._now = max(self._now, now)
        self._lose(self._now)

    def wait(self) -> float:
        """Return the simulated seconds that a case coming now would wait if nobody before it gave up."""
        ends = list(self._ends)
        heapify(ends)
        begins = self._now
        for case in (*self._queue, None):
            while len(ends) >= max(self.seats, 1):
                begins = max(begins, heappop(ends))
            if case is not None:
                heappush(ends, begins + case.handling)
        return begins - self._now

    def close(self, now: float) -> None:
        """End the day; those who still wait have waited until now."""
        self.advance(now)
        for case in self._queue:
            case.waited = now - case.came
            self._over(case)
        self._queue.clear()

    def _serve(self, now: float) -> None:
        self._lose(now)
        while self._queue and len(self._ends) < self.seats:
            case = self._queue.popleft()
            case.outcome, case.waited = "taken", now - case.came
            heappush(self._ends, now + case.handling)
            self._over(case)

    def _lose(self, now: float) -> None:
        for case in [c for c in self._queue if c.came + c.patience <= now]:
            self._queue.remove(case)
            case.outcome, case.waited = "left", case.patience
            self._over(case)
