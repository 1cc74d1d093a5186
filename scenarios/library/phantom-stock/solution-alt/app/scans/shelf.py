"""The pick faces, in memory: what was counted, and every movement since, in order of time."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from datetime import datetime, timedelta

RECENT = timedelta(hours=2)


@dataclass
class Face:
    """One face."""

    counted: int
    counted_at: datetime
    moves: list[tuple[datetime, int]] = field(default_factory=list)
    """Positive: into the face."""


class Shelf:
    """All faces. Late scans take their place in time; what comes twice must not be put here twice."""

    def __init__(self) -> None:
        self.faces: dict[tuple[str, str], Face] = {}

    def put(self, site: str, sku: str, movement: str, qty: int, at: datetime) -> None:
        """One movement."""
        face = self.faces.get((site, sku))
        if face is not None and at > face.counted_at:
            insort(face.moves, (at, qty if movement == "receipt" else -qty))

    def look(self, site: str, sku: str, now: datetime) -> tuple[int, int] | None:
        """What lies there, and what was picked of late; None: there is no such face."""
        face = self.faces.get((site, sku))
        if face is None:
            return None
        until = bisect_right(face.moves, (now, 1 << 30))
        since = bisect_right(face.moves, (now - RECENT, 1 << 30))
        on_hand = face.counted + sum(quantity for _, quantity in face.moves[:until])
        return max(on_hand, 0), -sum(quantity for _, quantity in face.moves[since:until] if quantity < 0)
