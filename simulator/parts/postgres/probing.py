"""Queries at the end of a lap: numbers, changed rows, and the rows for workloads.

The deployment decides what is in the tables, and so how long a query takes, and whether a driver can read the answer:
times beyond Python's range, NaN, documents too deep to walk. Rows are therefore fetched as JSON that the database
writes, and read by the gate; what cannot be read is left out, and `probes` and `untold` say so.
"""

import math
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import psycopg

from simulator import gate
from simulator.evidence.tables import PROBES
from simulator.parts.base import Lap
from simulator.parts.postgres.database import Owner

MOST_ROWS, MOST_BYTES, LARGEST_ROW, MOST_VALUES = 100_000, 2**26, 2**17, 2**20
"""Limits of one query for workloads, as text; further rows, and larger ones, are left out."""
PATIENCE, IN_ALL = 10.0, 30.0
"""Seconds that one query may take, and all of them: the field waits for at most a minute."""
_LONGEST = 500
"""Most characters of a reason for a missing answer."""
_ROW = gate.Bounds(deepest=16, most=512, largest=LARGEST_ROW)
_AT_ONCE = 500
"""Rows that are fetched together."""
_SIZED = f"""
    SELECT CASE WHEN octet_length(told) <= {LARGEST_ROW} THEN told END
    FROM (SELECT row_to_json(row_)::text AS told FROM (%s) row_ LIMIT {MOST_ROWS + 1}) one
"""

Rows = Counter[str]


class Questions:
    """All queries of one database at the end of a lap; problems are recorded in `probes`, too."""

    def __init__(self, part: str, lap: Lap, owner: Owner) -> None:
        self._part = part
        self._lap = lap
        self._owner = owner
        self._ends = time.monotonic() + IN_ALL
        self.untold: dict[str, str] = {}
        """By query, why some or all of its rows were not read."""

    async def numbers(self, probes: Mapping[str, str]) -> dict[str, float | None]:
        """Return the probes' numbers; None when the database has no answer, with the reason in the evidence."""
        found = {}
        for name, query in probes.items():
            value, detail = None, None
            try:
                await self._hurry()
                row = await (await self._owner.execute(query.encode())).fetchone()
                value = float(row[0]) if row and row[0] is not None else None
                if value is not None and not math.isfinite(value):
                    value, detail = None, "the answer is no number"
            except (psycopg.Error, TypeError, ValueError, OverflowError) as error:
                detail = str(error)
            found[name] = value
            self._write(name, value, detail)
        return found

    async def changes(self, unchanged: Mapping[str, str], before: Mapping[str, Rows]) -> dict[str, float | None]:
        """Return how many rows of each query are gone, new or changed since `before`; a changed row counts once."""
        found = {}
        for name, query in unchanged.items():
            value, detail = None, None
            try:
                await self._hurry()
                after = await rows(self._owner, query)
                value = float(max((before[name] - after).total(), (after - before[name]).total()))
            except psycopg.Error as error:
                detail = str(error)
            found[name] = value
            self._write(name, value, detail)
        return found

    async def told(self, tells: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        """Return the readable rows of each query. Raises `psycopg.Error` when the server is lost."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, query in tells.items():
            answer = _Answer()
            try:
                await self._hurry()
                await self._tell(query, answer)
            except psycopg.Error as error:
                # Of the author's mistakes verify knows; here the deployment has put into the tables what it could.
                if self._owner.closed:
                    raise
                answer.rows.clear()
                answer.untold = str(error)
            found[name] = answer.rows
            if answer.untold is not None:
                self.untold[name] = _short(answer.untold)
                self._write(name, None, answer.untold)
        return found

    async def _tell(self, query: str, answer: "_Answer") -> None:
        # A cursor of the server's: rows are sent as they are asked for.
        async with self._owner.transaction(), self._owner.cursor("told") as cursor:
            await cursor.execute(_SIZED.replace("%s", query).encode())
            while some := await cursor.fetchmany(_AT_ONCE):
                for (text,) in some:
                    answer.take(text)
                if answer.full or time.monotonic() > self._ends:
                    answer.untold = answer.untold or "there is more than can be told"
                    return

    async def _hurry(self) -> None:
        """Limit the next query to its own time, and to the time that is left."""
        left = min(PATIENCE, max(self._ends - time.monotonic(), 0.1))
        await self._owner.execute(f"SET statement_timeout = {left * 1000:.0f}".encode())

    def _write(self, name: str, value: float | None, detail: str | None) -> None:
        row = {"at": self._lap.clock.at(), "part": self._part, "name": name, "value": value,
               "detail": None if detail is None else _short(detail)}  # fmt: skip
        self._lap.recorder.write(PROBES.name, row)


class _Answer:
    """The rows of one query so far."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.untold: str | None = None
        self._bytes = self._values = 0

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return len(self.rows) > MOST_ROWS or self._bytes > MOST_BYTES or self._values > MOST_VALUES

    def take(self, text: str | None) -> None:
        """Add one row as JSON; None is one that is too large. Raises `gate.Untold`."""
        if self.full:
            return
        try:
            if text is None:
                raise gate.Untold(f"larger than {LARGEST_ROW} bytes")
            row = gate.parse(text, _ROW)
        except gate.Untold as error:
            self.untold = self.untold or f"a row cannot be told: {error}"
            return
        self._bytes += len(text)
        self._values += text.count(",") + 1
        if not self.full:
            self.rows.append(row)


async def rows(owner: Owner, query: str) -> Rows:
    """Return the rows of a query as texts, each with how often it occurs. Raises `psycopg.Error`."""
    cursor = await owner.execute(f"SELECT md5(row_::text), count(*) FROM ({query}) row_ GROUP BY 1".encode())
    return Counter({digest: count async for digest, count in cursor})


def _short(detail: str) -> str:
    return detail.strip()[:_LONGEST]
