"""What we know of the warehouse, and how old it is.

Promises are made from here, so they take no longer when the ERP is slow, and go on for a while when it is closed.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.clock import Clock
from app.erp.adapter import ErpAdapter, Level
from app.erp.errors import Closed, ErpError
from app.log import fields
from app.settings import StockSettings

log = logging.getLogger("promise.stock")


@dataclass(frozen=True)
class Reading:
    """A level as the ERP told it at a time."""

    level: Level
    at: datetime


class NothingKnown(Exception):
    """No level of this article that is young enough to promise anything."""


class Stock:
    """All articles' levels, read again before they grow old."""

    def __init__(self, erp: ErpAdapter, clock: Clock, articles: Sequence[str], settings: StockSettings) -> None:
        self._erp = erp
        self._clock = clock
        self._articles = sorted(articles)
        self._settings = settings
        self._readings: dict[str, Reading] = {}

    async def level(self, article: str) -> tuple[Level, bool]:
        """The level, and whether it is stale. Raises `NothingKnown`."""
        if self._age(article) > self._settings.limit:
            # With nothing to promise from, the ERP is worth waiting for.
            await self._read([article])
        age = self._age(article)
        if age > self._settings.limit:
            raise NothingKnown(article)
        return self._readings[article].level, age > self._settings.fresh

    async def run(self) -> None:
        """Keep everything fresh, for ever."""
        await self._clock.started()
        size = self._settings.batch
        batches = [self._articles[start : start + size] for start in range(0, len(self._articles), size)]
        while True:
            await asyncio.gather(*map(self._read, batches), asyncio.sleep(self._settings.refresh_seconds))

    async def _read(self, articles: Sequence[str]) -> None:
        asked_at = self._clock.now()
        try:
            levels = await self._erp.stock(articles)
        except Closed:
            return  # What we have must do; the breaker has said so in the log.
        except ErpError as error:
            log.warning(fields("not read", articles=len(articles), why=error))
            return
        self._readings |= {article: Reading(level, asked_at) for article, level in levels.items()}

    def _age(self, article: str) -> timedelta:
        reading = self._readings.get(article)
        return self._clock.now() - reading.at if reading else timedelta.max
