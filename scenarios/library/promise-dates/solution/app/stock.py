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
from app.erp.errors import Closed, ErpError, Fault
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
        size = settings.batch
        self._batches = [sorted(articles)[start : start + size] for start in range(0, len(articles), size)]
        self._unknown: set[str] = set()
        """Articles of our catalogue that the ERP does not carry any more: one of them spoils a whole list."""
        self._settings = settings
        self._readings: dict[str, Reading] = {}

    async def level(self, article: str, at: datetime) -> tuple[Level, bool]:
        """The level for an order of that time, and whether it is stale. Raises `NothingKnown`."""
        if self._age(article, at) > self._settings.limit:
            # With nothing to promise from, the ERP is worth waiting for.
            await self._read([article])
        age = self._age(article, at)
        if age > self._settings.limit:
            raise NothingKnown(article)
        return self._readings[article].level, age > self._settings.fresh

    async def run(self) -> None:
        """Keep everything fresh, for ever."""
        await self._clock.started()
        while True:
            await asyncio.gather(*map(self._read, self._batches), asyncio.sleep(self._settings.refresh_seconds))

    async def _read(self, articles: Sequence[str]) -> None:
        carried = [article for article in articles if article not in self._unknown]
        asked_at = self._clock.now()
        try:
            levels = await self._erp.stock(carried)
        except Closed:
            return  # What we have must do; the breaker has said so in the log.
        except ErpError as error:
            if isinstance(error, Fault) and error.code == "ARTIKEL_UNBEKANNT":
                await self._single_out(carried)
            else:
                log.warning(fields("not read", articles=len(carried), why=error))
            return
        self._readings |= {article: Reading(level, asked_at) for article, level in levels.items()}

    async def _single_out(self, articles: Sequence[str]) -> None:
        """Find what the ERP does not know by halves, since it does not say which one it is."""
        if len(articles) == 1:
            log.warning(fields("not carried any more", article=articles[0]))
            self._unknown |= set(articles)
            return
        half = len(articles) // 2
        await self._read(articles[:half])
        await self._read(articles[half:])

    def _age(self, article: str, at: datetime) -> timedelta:
        reading = self._readings.get(article)
        return at - reading.at if reading else timedelta.max
