"""The sums of a lap's rows while it runs, for whoever watches: counts and latency a second, money by cause.

It adds up what the recorder writes down, so a live number and the evidence cannot differ. Everything here is bounded,
whatever the deployment does: a second is one small row, and only so many of them are kept.
"""

import math
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from simulator.evidence.recorder import Recorder
from simulator.evidence.tables import Table
from simulator.protocol.live import Booked, LapMoney, Second

KEPT_SECONDS = 600
MAX_CAUSES = 100
"""Accounts with their causes that are told apart; what is booked on more of them still counts in the sums."""

ELSEWHERE = "other"


class Tally:
    """The sums of one lap. Money is in the customer's currency, losses negative; latency in wall seconds."""

    def __init__(self, lap: int) -> None:
        self.lap = lap
        self.seconds: deque[Second] = deque(maxlen=KEPT_SECONDS)
        """Closed seconds, oldest first; `at` is the second of the lap that each begins at."""
        self.losses: dict[tuple[str, str], float] = {}
        self._next = 0
        """The second that is open."""
        self._sent = 0
        self._outcomes = {"ok": 0, "wrong": 0, "failed": 0}
        self._latencies: list[float] = []

    def row(self, table: str, row: dict[str, Any]) -> None:
        """Count one row that the lap's recorder took."""
        if table == "requests":
            outcome = row["outcome"]
            self._outcomes[outcome if outcome in ("ok", "wrong") else "failed"] += 1
            done = row["done_at"]
            self._latencies.append(math.inf if done is None else done - row["intended_at"])
        elif table == "ledger":
            entry = (str(row["account"]), str(row["cause"]))
            if entry not in self.losses and len(self.losses) >= MAX_CAUSES:
                entry = (ELSEWHERE, ELSEWHERE)
            self.losses[entry] = self.losses.get(entry, 0.0) + row["amount"]

    def look(self, at: float, sent: int) -> None:
        """Close every second before wall second `at` of the lap; `sent` requests were due so far."""
        while self._next < int(at):
            self._close(sent)

    def _close(self, sent: int) -> None:
        ended = sorted(self._latencies)
        self.seconds.append(
            Second(
                lap=self.lap,
                at=self._next,
                sent=sent - self._sent,
                **self._outcomes,
                p50=_quantile(ended, 0.5),
                p95=_quantile(ended, 0.95),
            )
        )
        self._next += 1
        self._sent = sent
        self._outcomes = dict.fromkeys(self._outcomes, 0)
        self._latencies.clear()

    def money(self) -> LapMoney:
        """Return what was booked so far, by account and cause."""
        books = [Booked(account=a, cause=c, amount=round(amount, 2)) for (a, c), amount in self.losses.items()]
        return LapMoney(lap=self.lap, total=round(sum(self.losses.values()), 2), books=tuple(books))


def _quantile(ordered: list[float], share: float) -> float | None:
    """Return a quantile by nearest rank; None where nothing ended, or where it is an answer that never came."""
    if not ordered:
        return None
    found = ordered[math.ceil(len(ordered) * share) - 1]
    return round(found, 4) if math.isfinite(found) else None


class TallyingRecorder(Recorder):
    """A recorder that adds up what it writes."""

    def __init__(self, folder: Path, writer: str, tally: Tally, tables: Iterable[Table] = ()) -> None:
        super().__init__(folder, writer, tables=tables)
        self._tally = tally

    def write(self, table: str, row: dict[str, Any]) -> None:
        """Append one row, and count it."""
        super().write(table, row)
        self._tally.row(table, row)
