"""The floor of a service desk: seats, a queue in order of arrival, and customers who wait only so long.

Times are simulated seconds of one's own choice of zero; they never go back. Nothing happens by itself: whoever asks
says what time it is, and what was due until then happens first, in order.
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
    """Seats and queue; `over` is told of every case as it is taken or its customer leaves."""

    def __init__(self, seats: int, over: Callable[[Case], None]) -> None:
        self.seats = seats
        self._over = over
        self._ends: list[float] = []
        """When those who are busy will be free: a heap."""
        self._queue: deque[Case] = deque()
        self._now = float("-inf")

    @property
    def busy(self) -> int:
        """Agents with a case, those included who leave when it is done."""
        return len(self._ends)

    @property
    def queue(self) -> int:
        """Cases whose customer waits."""
        return len(self._queue)

    def add(self, case: Case) -> None:
        """Somebody comes, at `case.came`."""
        self.advance(case.came)
        case.queue = len(self._queue)
        self._queue.append(case)
        self._serve(self._now)

    def staff(self, seats: int, now: float) -> None:
        """So many agents from now on."""
        self.advance(now)
        self.seats = seats
        self._serve(self._now)

    def advance(self, now: float) -> None:
        """Let happen what was due until `now`."""
        while self._ends and self._ends[0] <= now:
            end = heappop(self._ends)
            self._serve(end)
        self._now = max(self._now, now)
        self._lose(self._now)

    def wait(self) -> float:
        """Simulated seconds that a case which came now would wait, if nobody before it gave up."""
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
        """The day is over; who still waits has waited until now."""
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
