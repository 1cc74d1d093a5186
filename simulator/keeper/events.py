"""What happened to a world, one JSON line each, for clients to follow: `events.jsonl`."""

import time
from collections import deque
from pathlib import Path

from simulator.protocol.events import Event, line

KEPT = 500
"""Newest events that a client who comes late is told."""


class EventLog:
    """Appends events; each is visible to readers when `emit` returns."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._kept: deque[tuple[int, Event]] = deque(maxlen=KEPT)
        self._emitted = 0

    def emit(self, event: Event) -> None:
        """Append one event, with the wall clock's time."""
        event = event.model_copy(update={"t": round(time.time(), 3)})
        self._file.write(line(event) + "\n")
        self._emitted += 1
        self._kept.append((self._emitted, event))

    def since(self, number: int) -> list[tuple[int, Event]]:
        """Return the events after the `number`th, each with its own number; the oldest of very many are forgotten."""
        new = min(self._emitted - number, len(self._kept))
        return [self._kept[i] for i in range(len(self._kept) - new, len(self._kept))]
