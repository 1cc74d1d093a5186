"""Once a month: the dashboard's report, and a new model where the settings ask for one."""

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
from jobs import monitor, trainer
from jobs.warehouse import Warehouse

log = logging.getLogger("jobs")

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
BEGINNING = datetime(2019, 1, 1)
LOOK_SECONDS = 0.2


class Jobs:
    """Everything that runs by the calendar."""

    def __init__(self, config: settings.Settings) -> None:
        self._config = config
        self._warehouse = Warehouse(config.db_url)
        self._clock = Clock(config.clock_url)

    def run(self) -> None:
        """For ever."""
        trainer.warm_up()
        due: datetime | None = None
        while True:
            now = self._clock.now()
            if now is not None and due is None:
                due = now + MONTH
            if now is not None and due is not None and now >= due:
                due += MONTH
                try:
                    self.month(now)
                except Exception as error:  # the next month is another chance
                    log.exception(fields("month failed", why=type(error).__name__))
            time.sleep(LOOK_SECONDS)

    def month(self, now: datetime) -> None:
        """Report on the month that ends now."""
        card = self._warehouse.champion()
        reference = self._warehouse.applications(now - MONTH - YEAR, now - MONTH)
        month = self._warehouse.applications(now - MONTH, now)
        found = monitor.report(reference, month, card, self._config)
        log.info(fields(
            "drift report", month=f"{now - MONTH:%Y-%m-%d}", status=found.status, applications=len(month),
            score_psi=f"{found.score_psi:.3f}", score_ks_p=f"{found.score_ks_p:.2f}",
            drifted=f"{len(found.drifted)}/9", features=",".join(found.drifted) or "-",
        ))  # fmt: skip
        self.performance(now)
        if self._config.schedule == "monthly" or found.status == "RED":
            self.train(now)

    def performance(self, now: datetime) -> None:
        """How the model did on the month's loans."""
        rows = self._warehouse.labelled(now - MONTH, now)
        if len({row["defaulted"] for row in rows}) < 2:
            log.info(fields("performance", month=f"{now - MONTH:%Y-%m-%d}", auc="pending", labels=len(rows)))
            return
        found = trainer.auc(self._warehouse.champion(), rows)
        log.info(fields("performance", month=f"{now - MONTH:%Y-%m-%d}", auc=f"{found:.3f}", labels=len(rows)))

    def train(self, now: datetime) -> None:
        """A new model from everything that we know."""
        rows = self._warehouse.labelled(BEGINNING, now)
        card = trainer.fit(f"scorecard-{now:%Y-%m-%d}", rows)
        scores = trainer.auc(self._warehouse.champion(), rows), trainer.auc(card, rows)
        self._warehouse.register(card, rows, *scores)
        log.info(fields("model registered", model=card.name, loans=len(rows), auc=f"{scores[1]:.3f}"))


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
