"""Six times a month: watch. After an alarm: once a month, a new points table if it beats what decides."""

import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from fastapi import FastAPI

from app import settings
from app.clock import Clock
from app.log import fields, setup
from jobs import trainer, watch
from jobs.warehouse import Warehouse

log = logging.getLogger("jobs")

EVERY = timedelta(days=5)
MONTH = timedelta(days=31)
LOOK_SECONDS = 0.2
FEWEST = 100
TRIAL = 0.35
"""The newest part of the loans, on which champion and challenger are tried."""


class Jobs:
    """A calendar and the two questions: is it still right, and what would be better?"""

    def __init__(self, config: settings.Settings) -> None:
        self._warehouse = Warehouse(config.db_url)
        self._clock = Clock(config.clock_url)
        self._first: datetime | None = None
        self._changed: datetime | None = None
        self._train_at = datetime.max

    def run(self) -> None:
        """For ever."""
        trainer.warm_up()
        due = datetime.min
        while True:
            now = self._clock.now()
            if now is not None and now >= due:
                due = now + EVERY
                try:
                    self.look(now)
                except Exception as error:  # there is another look
                    log.exception(fields("look failed", why=type(error).__name__))
            time.sleep(LOOK_SECONDS)

    def look(self, now: datetime) -> None:
        """Watch until something has changed, then learn."""
        self._first = self._first or now
        if self._changed is None:
            loans = self._warehouse.loans(self._first)
            off = watch.excess(loans)
            if off > watch.LIMIT:
                self._changed = watch.since(loans)
                self._train_at = now
                self._warehouse.raise_alarm(f"late first instalments {off:.1f} sd above expected")
                log.warning(fields("alarm", excess=f"{off:.1f}", since=f"{self._changed:%Y-%m-%d}"))
        if self._changed is not None and now >= self._train_at:
            self.learn(now)

    def learn(self, now: datetime) -> None:
        """Count a table from the older loans since the change, try it on the newer ones, and keep it if it wins."""
        assert self._changed is not None
        loans = [row for row in self._warehouse.loans(self._changed) if trainer.badness(row) is not None]
        cut = int(len(loans) * (1 - TRIAL))
        if len(loans) < FEWEST or len({trainer.badness(row) > 0.5 for row in loans[cut:]}) < 2:
            return
        champion, trial = self._warehouse.champion(), trainer.count("trial", loans[:cut])
        theirs, ours = trainer.auc(champion, loans[cut:]), trainer.auc(trial, loans[cut:])
        log.info(fields("trial", loans=len(loans), champion=f"{theirs:.3f}", challenger=f"{ours:.3f}"))
        self._train_at = now + (MONTH * 1.5 if ours > theirs else EVERY * 3)
        if ours > theirs:
            self._warehouse.register(trainer.count(f"points-{now:%Y-%m-%d}", loans), loans, theirs, ours)


@contextlib.asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """The calendar runs beside the health endpoint."""
    setup()
    threading.Thread(target=Jobs(settings.load()).run, daemon=True).start()
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """We are up."""
    return {"status": "ok"}
