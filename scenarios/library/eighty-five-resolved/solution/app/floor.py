"""How full the service desk is, looked at several times a second."""

import asyncio
import logging

import aiohttp

from app import log
from app.settings import Settings

logger = logging.getLogger("bot.floor")

EVERY = 0.2
"""Seconds between two looks."""
TIMEOUT = aiohttp.ClientTimeout(total=1)


class Floor:
    """What the desk said last, and what we have sent there since."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._url = f"{settings.desk_url}/desk"
        self._seats = 0
        self._taken = 0
        self._sent = 0

    @property
    def load(self) -> float:
        """Cases in work and in the queue, per seat; while nothing is known, full."""
        return (self._taken + self._sent) / self._seats if self._seats else 1.0

    def sent(self) -> None:
        """We have just handed somebody over."""
        self._sent += 1

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Look once; without an answer the old one holds."""
        sent = self._sent
        try:
            async with self._http.get(self._url, timeout=TIMEOUT) as answer:
                answer.raise_for_status()
                state = await answer.json()
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            logger.info(log.fields("desk not seen", error=type(error).__name__))
            return
        if state["seats"] != self._seats:
            logger.info(log.fields("seats", seats=state["seats"], before=self._seats))
        self._seats, self._taken = state["seats"], state["busy"] + state["queue"]
        self._sent -= sent
