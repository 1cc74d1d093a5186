"""The tables `attempts` and `connections`: what the deployment sends over a link and what it gets back, as it sees it.

A part knows only what reached it, and a fault only what it was injected into; how a client behaves shows in all that it
tries. So the link itself keeps a row of every request and of every connection that the deployment makes.
"""

import time
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from typing import Any, Literal, Protocol

from simulator.field.framing import Head

MOST = 200_000
"""Rows of each table that a link keeps a lap: a deployment that floods it has said enough, and fills no disk."""
_MOST_CHARACTERS = 200
"""Characters of what the deployment chooses that a row keeps."""
_LONGEST_WAIT_S = 1e9
"""The longest wait that is taken from Retry-After."""

Result = Literal["answered", "broken", "left", "refused", "open"]


class _Clock(Protocol):
    start: float
    """The second of the machine's monotonic clock at which the lap begins."""


class _Rows(Protocol):
    def write(self, table: str, row: dict[str, Any]) -> None:
        """Append a row."""

    def cut(self, table: str, at: float | None) -> None:
        """Take note that a row is not kept."""


class Log:
    """Writes the rows of one link in one lap. Times are given in seconds of the machine's monotonic clock."""

    def __init__(self, link: str, clock: _Clock, rows: _Rows) -> None:
        self._link = link
        self._clock = clock
        self._rows = rows
        self._written = {"attempts": 0, "connections": 0}
        self._closed = False

    def close(self) -> None:
        """Write nothing any more: the lap is over."""
        self._closed = True

    def connection(self, number: int, began: float, used: float, closed: float | None) -> None:
        """Write a connection that is closed, or open at the lap's end; an older one begins with the lap."""
        times = {"used_at": used, "closed_at": closed}
        self._write("connections", max(began, self._clock.start), {"connection": number}, times)

    def attempt(self, began: float, row: dict[str, Any], ended: float) -> None:
        """Write a request that is over; one that began before the lap is left out."""
        if began >= self._clock.start:
            self._write("attempts", began, row, {"ended_at": ended})

    def refused(self, number: int, at: float) -> None:
        """Write a connection that was torn down before it could carry a request."""
        nothing = dict.fromkeys(("method", "path", "action", "key", "operation", "guarded", "status", "retry_after"))
        self.attempt(at, {"connection": number, **nothing, "result": "refused"}, at)

    def _write(self, table: str, began: float, row: dict[str, Any], times: dict[str, float | None]) -> None:
        if self._closed:
            return
        start = self._clock.start
        self._written[table] += 1
        if self._written[table] > MOST:
            self._rows.cut(table, began - start)
            return
        told = {name: None if at is None else max(0.0, at - start) for name, at in {"at": began, **times}.items()}
        self._rows.write(table, {**told, "link": self._link, **row})


class Attempt:
    """One request on its way, until its answer has passed or nothing more can come of it."""

    def __init__(self, log: Log, connection: int, head: Head, at: float) -> None:
        self._log = log
        self._connection = connection
        self._at = at
        self._head = head
        self._digest = blake2b(digest_size=8)
        self.key: str | None = None
        """The business key, once it is known."""
        self._status: int | None = None
        self._retry_after: float | None = None
        self._over = False

    def saw(self, data: bytes) -> None:
        """Take more of the request's body."""
        self._digest.update(data)

    def told(self, status: int, retry_after: str | float | None, at: float) -> None:
        """Take the head of its answer; `retry_after` is what the header says, or the seconds that it asks for."""
        self._status = status
        self._retry_after = seconds_to_wait(retry_after, at) if isinstance(retry_after, str) else retry_after

    def end(self, result: Result, at: float) -> None:
        """Write its row with this result; a second call does nothing."""
        if self._over:
            return
        self._over = True
        head = self._head
        action = head.headers.get("soapaction", "").strip('"')[:_MOST_CHARACTERS] or None
        row = {
            "connection": self._connection,
            "method": head.method[:_MOST_CHARACTERS],
            "path": head.path[:_MOST_CHARACTERS],
            "action": action,
            "key": self.key,
            "operation": self._operation(action),
            "guarded": "idempotency-key" in head.headers,
            "status": self._status,
            "retry_after": self._retry_after,
            "result": result,
        }
        self._log.attempt(self._at, row, at)

    def _operation(self, action: str | None) -> str:
        """Return a name for what it is to bring about: a retry has the same."""
        if self.key is None:
            self._digest.update(f"{self._head.method} {self._head.target}".encode())
            return self._digest.hexdigest()
        named = f"{self._head.method} {self._head.path} {action or ''} {self.key}"
        return blake2b(named.encode("utf-8", "replace"), digest_size=8).hexdigest()


def seconds_to_wait(said: str, at: float) -> float | None:
    """Return the seconds from monotonic second `at` that Retry-After asks for (RFC 9110 §10.2.3), or None."""
    if said.isdigit():
        return min(float(said[:20]), _LONGEST_WAIT_S)
    try:
        due = parsedate_to_datetime(said).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(0.0, due - (time.time() - (time.monotonic() - at)))
