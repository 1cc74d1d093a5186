"""Halden's local time, which does not run at our pace and may jump: it is read often, and never guessed."""

import asyncio
import logging
from datetime import datetime

import httpx

from app.log import fields

log = logging.getLogger("promise.clock")

SYNC_SECONDS = 0.2


class Clock:
    """What the platform's clock said last. It is a little late, so that nothing seems younger than it is."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=1.0, transport=transport)
        self._started = asyncio.Event()
        self._now = datetime.min

    async def started(self) -> None:
        """Return once the day has begun. What was read before has no age that means anything."""
        await self._started.wait()

    def now(self) -> datetime:
        """Local time; only after `started`."""
        return self._now

    async def run(self) -> None:
        """Keep in step, for ever."""
        while True:
            try:
                await self._sync()
            except Exception as error:  # noqa: BLE001 -- it is read again in a moment
                log.warning(fields("clock not read", why=type(error).__name__))
            await asyncio.sleep(SYNC_SECONDS)

    async def _sync(self) -> None:
        response = await self._http.get("/")
        if response.status_code == 503:  # the day has not begun
            return
        self._now = datetime.fromisoformat(response.raise_for_status().json()["now"])
        self._started.set()

    async def close(self) -> None:
        """Release the connection."""
        await self._http.aclose()
