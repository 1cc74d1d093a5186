"""The WMS: Kestrel's PostgreSQL. What we may do there is in docs/wms.md."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg

INSERT = """
    INSERT INTO wms.movements (ref, site, device, seq, sku, bin, movement, qty, scanned_at, file)
    VALUES (%(ref)s, %(site)s, %(device)s, %(seq)s, %(sku)s, %(bin)s, %(movement)s, %(qty)s, %(scanned_at)s, %(file)s)
    ON CONFLICT (ref) DO NOTHING
"""
QUARANTINE = """
    INSERT INTO wms.quarantine (site, device, seq, scanned_at, file, raw, reason)
    VALUES (%(site)s, %(device)s, %(seq)s, %(scanned_at)s, %(file)s, %(raw)s, %(reason)s)
"""
HELD = "SELECT device, seq, scanned_at::date FROM wms.quarantine WHERE site = %s"
INTAKE = """
    INSERT INTO wms.intake (file, site, received, loaded, quarantined, duplicates) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (file) DO NOTHING
"""
STOCK = """
    SELECT f.counted + coalesce(sum(CASE m.movement WHEN 'receipt' THEN m.qty ELSE -m.qty END), 0),
           coalesce(sum(m.qty) FILTER (WHERE m.movement = 'pick' AND m.scanned_at > %(now)s - interval '2 hours'), 0)
    FROM wms.faces f
    LEFT JOIN wms.movements m
           ON m.site = f.site AND m.sku = f.sku AND m.scanned_at > f.counted_at AND m.scanned_at <= %(now)s
    WHERE f.site = %(site)s AND f.sku = %(sku)s
    GROUP BY f.counted
"""


def _day(row: dict[str, Any]) -> date | None:
    """The day of the shift that a row is of."""
    return row["scanned_at"].date() if row["scanned_at"] else None


class Wms:
    """One connection, one statement at a time; made again when it breaks."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None

    async def rows(self, query: str, values: Any = None) -> list[tuple[Any, ...]]:
        """The rows of a query. Raises `psycopg.Error`."""
        async with self._lock:
            cursor = await (await self._connected()).execute(query, values)
            return await cursor.fetchall()

    async def book(
        self, file: str, site: str, movements: Sequence[dict[str, Any]], rejected: Sequence[dict[str, Any]]
    ) -> tuple[int, int, int]:
        """Book a file as a whole or not at all; what was loaded, quarantined, and known already.

        Raises `psycopg.Error`.
        """
        async with self._lock:
            connection = await self._connected()
            async with connection.transaction(), connection.cursor() as cursor:
                loaded = 0
                if movements:
                    await cursor.executemany(INSERT, movements)
                    loaded = max(cursor.rowcount, 0)
                held = {tuple(row) for row in await (await cursor.execute(HELD, (site,))).fetchall()}
                new = {(row["device"], row["seq"], _day(row)): row for row in rejected}
                kept = [row for key, row in new.items() if key not in held]
                if kept:
                    await cursor.executemany(QUARANTINE, kept)
                received = len(movements) + len(rejected)
                known = received - loaded - len(kept)
                await cursor.execute(INTAKE, (file, site, received, loaded, len(kept), known))
        return loaded, len(kept), known

    async def _connected(self) -> psycopg.AsyncConnection[tuple[Any, ...]]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        return self._connection

    async def close(self) -> None:
        """Release the connection."""
        if self._connection is not None:
            await self._connection.close()
