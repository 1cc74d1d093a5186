"""What happened in the field, in order, for whoever follows it: the keeper, and through it the clients."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from simulator.protocol.events import FieldEvent

ABORTED = "aborted"
"""Reason of a lap that failed because somebody wanted it to end."""
_KEPT = 10_000


class Events:
    """An append-only list with followers; the oldest of very many are forgotten."""

    def __init__(self) -> None:
        self._events: deque[FieldEvent] = deque(maxlen=_KEPT)
        self._seq = 0
        self._news = asyncio.Event()
        self._over = False

    def add(self, event: FieldEvent) -> None:
        """Append one event, and give it its number."""
        self._seq += 1
        self._events.append(event.model_copy(update={"seq": self._seq}))
        self._wake()

    def close(self) -> None:
        """Nothing more will happen: followers come to their end."""
        self._over = True
        self._wake()

    async def follow(self, after: int, heartbeat: float) -> AsyncIterator[FieldEvent | None]:
        """Every event with a `seq` above `after`, as it happens; None when `heartbeat` seconds brought none."""
        while True:
            news = self._news
            for event in [event for event in self._events if event.seq > after]:
                after = event.seq
                yield event
            if self._over:
                return
            if news is not self._news:
                continue
            try:
                async with asyncio.timeout(heartbeat):
                    await news.wait()
            except TimeoutError:
                yield None

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
