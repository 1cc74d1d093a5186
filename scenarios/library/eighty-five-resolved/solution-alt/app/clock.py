"""The customer's time: minutes of Passo's day, of which many pass in one of ours."""

import asyncio
import time

import aiohttp

from app.settings import Settings


class Clock:
    """Knows how fast the day goes."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._url = settings.clock_url
        self._http = http
        self._rate = 1.0

    def minute(self) -> float:
        """Minutes since some moment."""
        return time.monotonic() * self._rate / 60

    async def run(self) -> None:
        """Ask until the day has begun, and stay in step."""
        while True:
            try:
                async with self._http.get(self._url) as answer:
                    answer.raise_for_status()
                    self._rate = float((await answer.json())["rate"])
            except (aiohttp.ClientError, asyncio.TimeoutError):
                await asyncio.sleep(0.1)
            else:
                await asyncio.sleep(2)
