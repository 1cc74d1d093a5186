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
from app.models import load
from jobs import trainer, watch
from jobs.warehouse import Row, Warehouse

log = logging.getLogger("jobs")

EVERY = timedelta(days=5)
AGAIN = timedelta(days=60)
"""Between two models, while nothing changes."""
LOOK_SECONDS = 0.2
FEWEST = 75
"""Loans since a change, below which nothing is learned."""
FEWEST_TRIED = 32
TRIAL = 0.35
"""The newest part of them, on which champion and challenger are tried."""


class Jobs:
    """A calendar and the two questions: is it still right, and what would be better?"""

    def __init__(self, config: settings.Settings) -> None:
        self._warehouse = Warehouse(config.db_url)
        self._clock = Clock(config.clock_url)

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
        """Watch the models that have come since the last alarm; learn after one, and then every other month."""
        loans, models, alarms = self._warehouse.loans(), self._warehouse.models(), self._warehouse.alarms()
        woken = alarms[-1]["raised_at"] if alarms else datetime.min
        watched = {row["model"] for row in models if not alarms or (row["registered_at"] or woken) > woken}
        of_them = [row for row in loans if row["model"] in watched]
        if (off := watch.excess(of_them)) > watch.LIMIT:
            self.wake(loans, watch.since(of_them), off)
        elif alarms and (not watched or now >= models[-1]["registered_at"] + AGAIN):
            self.learn(now, loans, models[-1], [row["since"] for row in alarms])

    def wake(self, loans: list[Row], since: datetime, off: float) -> None:
        """Tell model risk, and what of."""
        seen = watch.instalments([row for row in loans if row["applied_at"] >= since])
        self._warehouse.raise_alarm(since, len(seen), watch.late(seen))
        log.warning(fields("alarm", excess=f"{off:.1f}", since=f"{since:%Y-%m-%d}", instalments=len(seen)))

    def learn(self, now: datetime, loans: list[Row], champion: Row, changes: list[datetime]) -> None:
        """Count a table from the older loans, try it on those that neither has seen, and keep it if it wins."""
        told = [row for row in loans if row["applied_at"] >= min(changes) and trainer.badness(row) is not None]
        fresh = sum(row["applied_at"] >= max(changes) for row in told)
        cut = len(told) - max(FEWEST_TRIED, int(fresh * TRIAL))
        tried = [row for row in told[max(cut, 0) :] if row["applied_at"] > champion["trained_until"]]
        classes = {trainer.badness(row) > 0.5 for row in tried}
        if fresh < FEWEST or len(tried) < FEWEST_TRIED or len(classes) < 2:
            return
        then, trial = load(champion["model"], champion["algorithm"], champion["params"]), told[:cut]
        card = trainer.count(f"points-{now:%Y-%m-%d}", trial, max(changes))
        theirs, ours = trainer.auc(then, tried), trainer.auc(card, tried)
        log.info(fields("trial", loans=len(told), champion=f"{theirs:.3f}", challenger=f"{ours:.3f}"))
        if ours > theirs:
            both = [(row["application_id"], then.score(row), card.score(row)) for row in tried]
            self._warehouse.register(card, trial, both, theirs, ours)


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
