"""By the calendar: outcomes every few days, the dashboard's report every month, a challenger after an alarm."""

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
from jobs import monitor, outcomes, trainer
from jobs.alarm import Cusum
from jobs.warehouse import Warehouse

log = logging.getLogger("jobs")

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
LOOK = timedelta(days=6)
LOOK_SECONDS = 0.2


class Jobs:
    """Everything that runs by the calendar."""

    def __init__(self, config: settings.Settings) -> None:
        self._config = config
        self._warehouse = Warehouse(config.db_url)
        self._clock = Clock(config.clock_url)
        self._cusum = Cusum()
        self._begin: datetime | None = None
        """When we came to work: what was granted before was watched by others."""
        self._present: datetime | None = None
        """Since when loans are of the present, once something has changed."""
        self._next_contest: datetime | None = None

    def run(self) -> None:
        """For ever."""
        trainer.warm_up()
        report = look = None
        while True:
            now = self._clock.now()
            if now is not None:
                self._begin = self._begin or now
                report, look = report or now + MONTH, look or now + LOOK
                try:
                    if now >= look:
                        look = now + LOOK
                        self.watch(now)
                    if now >= report:
                        report += MONTH
                        self.report(now)
                except Exception as error:  # the next look is another chance
                    log.exception(fields("job failed", why=type(error).__name__))
            time.sleep(LOOK_SECONDS)

    def watch(self, now: datetime) -> None:
        """Look at what has come due; after an alarm, see whether a challenger is better than what decides."""
        assert self._begin is not None
        if self._present is None:
            if not self._cusum.feed(outcomes.known(self._warehouse, self._begin)):
                return
            started = self._cusum.started
            assert started is not None
            self._present = self._next_contest = started["applied_at"]
            detail = f"{self._cusum.sum:.1f} more late first instalments than expected since {self._present:%Y-%m-%d}"
            self._warehouse.ask("INSERT INTO alarms (monitor, detail) VALUES (%s, %s)", "first-instalments", detail)
            log.warning(fields("alarm", detail=detail.replace(" ", "_")))
        if self._next_contest is not None and now >= self._next_contest:
            self.compete(now)

    def compete(self, now: datetime) -> None:
        """A challenger from the loans since the change; it decides if it wins, for a month at least."""
        assert self._present is not None
        rows = outcomes.settled(outcomes.known(self._warehouse, self._present))
        found = trainer.contest(self._warehouse.champion(), rows, f"scorecard-{now:%Y-%m-%d}")
        if found is None:
            return
        self._next_contest = now + timedelta(days=40 if found.won else 12)
        log.info(fields(
            "contest", loans=len(rows), won=found.won, auc=f"{found.auc_challenger:.3f}/{found.auc_champion:.3f}",
            brier=f"{found.brier_challenger:.3f}/{found.brier_champion:.3f}",
        ))  # fmt: skip
        if found.won:
            self._warehouse.register(found.challenger, rows, found.auc_champion, found.auc_challenger)

    def report(self, now: datetime) -> None:
        """The dashboard: who applies, not who pays."""
        card = self._warehouse.champion()
        reference = self._warehouse.applications(now - MONTH - YEAR, now - MONTH)
        month = self._warehouse.applications(now - MONTH, now)
        found = monitor.report(reference, month, card, self._config)
        log.info(fields(
            "drift report", month=f"{now - MONTH:%Y-%m-%d}", population=found.status, applications=len(month),
            score_psi=f"{found.score_psi:.3f}", drifted=f"{len(found.drifted)}/9",
        ))  # fmt: skip


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
