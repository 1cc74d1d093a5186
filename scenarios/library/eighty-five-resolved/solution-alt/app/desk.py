"""The service desk, where agents take over (docs/service-desk.md)."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import aiohttp

from app import log
from app.settings import Settings

logger = logging.getLogger("bot.desk")

TIMEOUT = aiohttp.ClientTimeout(total=1)


@dataclass(frozen=True)
class Floor:
    """The desk as it is now."""

    seats: int
    busy: int
    queue: int


class Desk:
    """Tells how the floor is, and opens cases."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._url = settings.desk_url

    async def floor(self) -> Floor | None:
        """Now; None: it cannot be seen."""
        try:
            async with self._http.get(f"{self._url}/desk", timeout=TIMEOUT) as answer:
                answer.raise_for_status()
                state = await answer.json()
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            logger.warning(log.fields("floor not seen", error=type(error).__name__))
            return None
        return Floor(state["seats"], state["busy"], state["queue"])

    async def take(self, packet: dict[str, Any]) -> bool:
        """Whether there is a case now."""
        try:
            async with self._http.post(f"{self._url}/handovers", json=packet, timeout=TIMEOUT) as answer:
                answer.raise_for_status()
                case = await answer.json()
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            logger.error(log.fields("not taken", chat=packet["chat"], error=type(error).__name__))
            return False
        missing = " ".join(case["missing"]) or None
        logger.info(log.fields("taken", chat=packet["chat"], ticket=case["ticket"], missing=missing))
        return True
