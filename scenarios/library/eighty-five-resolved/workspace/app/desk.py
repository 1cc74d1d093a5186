"""The service desk, where agents take over (docs/service-desk.md)."""

import asyncio
import logging
from typing import Any

import aiohttp

from app import log
from app.settings import Settings

logger = logging.getLogger("bot.desk")

TIMEOUT = aiohttp.ClientTimeout(total=2)


class NotTaken(Exception):
    """The desk has not opened a case."""


class Desk:
    """Opens cases."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._url = f"{settings.desk_url}/handovers"

    async def hand_over(self, packet: dict[str, Any]) -> str:
        """The ticket of a new case. Raises `NotTaken`."""
        try:
            async with self._http.post(self._url, json=packet, timeout=TIMEOUT) as answer:
                answer.raise_for_status()
                case = await answer.json()
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise NotTaken(type(error).__name__) from error
        missing = " ".join(case["missing"]) or None
        logger.info(log.fields("handed over", chat=packet["chat"], ticket=case["ticket"], missing=missing))
        return str(case["ticket"])
