"""What happened to a world, one JSON line each, for clients to follow: `events.jsonl`."""

import json
import time
from pathlib import Path
from typing import Any


class EventLog:
    """Appends events; each is visible to readers when `emit` returns."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def emit(self, kind: str, **facts: Any) -> None:
        """Append one event with the wall clock's time `t` (epoch seconds)."""
        self._file.write(json.dumps({"t": round(time.time(), 3), "kind": kind, **facts}, ensure_ascii=False) + "\n")
