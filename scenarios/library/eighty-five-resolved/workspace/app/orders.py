"""The shop's order API: what is known of an order."""

import asyncio
import logging
from typing import Any

import aiohttp

from app import log
from app.settings import Settings

logger = logging.getLogger("bot.orders")

TIMEOUT = aiohttp.ClientTimeout(total=2)


class Orders:
    """Reads orders."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._url = f"{settings.orders_url}/api/v1/orders"

    async def get(self, order: str) -> dict[str, Any]:
        """`{"order": …, "status": …, "total": …}`; empty where nothing is known."""
        try:
            async with self._http.get(f"{self._url}/{order}", timeout=TIMEOUT) as answer:
                answer.raise_for_status()
                return dict(await answer.json())
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            logger.warning(log.fields("order not read", order=order, error=type(error).__name__))
            return {}
