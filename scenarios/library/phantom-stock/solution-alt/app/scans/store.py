"""What of the WMS the intake reads and writes, on a connection of its own."""

from datetime import datetime
from typing import Any

import psycopg
from app.scans.dialects import HALLS, Dialect
from app.scans.parser import Goods, Key, Sorted
from app.scans.shelf import Face

GOODS = "SELECT sku, CASE label WHEN 'ITF-14' THEN pack ELSE 1 END FROM wms.skus JOIN wms.suppliers ON code = supplier"
KEYS = (
    "SELECT site, device, seq::text, coalesce(scanned_at::date::text, 'None') FROM wms.movements"
    " UNION SELECT site, device, seq, coalesce(scanned_at::date::text, 'None') FROM wms.quarantine"
)
MOVEMENTS = "COPY wms.movements (ref, site, device, seq, sku, bin, movement, qty, scanned_at, file) FROM STDIN"
QUARANTINE = "COPY wms.quarantine (site, device, seq, scanned_at, file, raw, reason) FROM STDIN"
INTAKE = (
    "INSERT INTO wms.intake (file, site, received, loaded, quarantined, duplicates) VALUES (%s, %s, %s, %s, %s, %s)"
)


class Store:
    """Made anew when it breaks."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._db: psycopg.AsyncConnection[tuple[Any, ...]] | None = None

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Raises `psycopg.Error`."""
        return await (await (await self._open()).execute(query)).fetchall()

    async def goods(self) -> Goods:
        """Master data."""
        bins = await self.rows("SELECT site, bin FROM wms.bins")
        return Goods(dict(await self.rows(GOODS)), frozenset((site, bin) for site, bin in bins))

    async def dialects(self) -> dict[str, Dialect]:
        """How each site writes."""
        return {site: Dialect(*how) for site, *how in await self.rows(HALLS)}

    async def faces(self) -> dict[tuple[str, str], Face]:
        """What was counted."""
        rows = await self.rows("SELECT site, sku, counted, counted_at FROM wms.faces")
        return {(site, sku): Face(counted, at) for site, sku, counted, at in rows}

    async def done(self) -> tuple[set[str], set[Key]]:
        """Files and scans that are in the books."""
        files = {file for (file,) in await self.rows("SELECT file FROM wms.intake")}
        return files, {Key(*row) for row in await self.rows(KEYS)}

    async def movements(self) -> list[tuple[str, str, str, int, datetime]]:
        """What was booked."""
        return [
            (site, sku, movement, qty, at)
            for site, sku, movement, qty, at in await self.rows(
                "SELECT site, sku, movement, qty, scanned_at FROM wms.movements"
            )
        ]

    async def write(self, file: str, site: str, found: Sorted) -> None:
        """A file, wholly or not at all. Raises `psycopg.Error`."""
        db = await self._open()
        async with db.transaction(), db.cursor() as cursor:
            async with cursor.copy(MOVEMENTS) as copy:
                for scan in found.new:
                    ref = "-".join(scan.key)
                    await copy.write_row(
                        (ref, *scan.key[:3], scan.sku, scan.bin, scan.movement, scan.qty, scan.at, file)
                    )
            async with cursor.copy(QUARANTINE) as copy:
                for key, at, raw, reason in found.bad:
                    await copy.write_row((*key[:3], at, file, raw, reason))
            counts = (found.received, len(found.new), len(found.bad), found.known)
            await cursor.execute(INTAKE, (file, site, *counts))

    async def _open(self) -> psycopg.AsyncConnection[tuple[Any, ...]]:
        if self._db is None or self._db.closed:
            self._db = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        return self._db

    async def close(self) -> None:
        """Release the connection."""
        if self._db is not None:
            await self._db.close()
