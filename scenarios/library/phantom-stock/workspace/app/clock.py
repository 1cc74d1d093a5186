"""WMS time (UTC), which does not run at our pace and may jump."""

import asyncio
import logging
import time
from datetime import datetime, timedelta

import httpx

from app.log import fields

log = logging.getLogger("slotter.clock")

SYNC_SECONDS = 0.2


class Clock:
    """Reads the platform's clock now and then, and goes on counting in between."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=1.0, transport=transport)
        self._started = asyncio.Event()
        self._now = datetime.min
        self._rate = 1.0
        self._read_at = 0.0

    async def started(self) -> None:
        """Return once the shift has begun. What was read before has no age that means anything."""
        await self._started.wait()

    def now(self) -> datetime:
        """WMS time; only after `started`."""
        return self._now + timedelta(seconds=(time.monotonic() - self._read_at) * self._rate)

    async def run(self) -> None:
        """Keep in step, for ever."""
        while True:
            try:
                await self._sync()
            except Exception as error:  # noqa: BLE001 -- without the clock we go on counting
                log.warning(fields("clock not read", why=type(error).__name__))
            await asyncio.sleep(SYNC_SECONDS)

    async def _sync(self) -> None:
        response = await self._http.get("/")
        if response.status_code == 503:  # the shift has not begun
            return
        reading = response.raise_for_status().json()
        self._now, self._rate = datetime.fromisoformat(reading["now"]), float(reading["rate"])
        self._read_at = time.monotonic()
        self._started.set()

    async def close(self) -> None:
        """Release the connection."""
        await self._http.aclose()
