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
from app.scorecard import Scorecard
from jobs import monitor, outcomes, trainer
from jobs.alarm import cusum, instalments
from jobs.warehouse import Row, Warehouse

log = logging.getLogger("jobs")

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
LOOK = timedelta(days=6)
AGAIN = timedelta(days=60)
"""Between two models, while nothing has changed: there is a limit to how many model risk admits."""
LOOK_SECONDS = 0.2


class Jobs:
    """Everything that runs by the calendar. What has happened is in the database: a restart forgets nothing."""

    def __init__(self, config: settings.Settings) -> None:
        self._config = config
        self._warehouse = Warehouse(config.db_url)
        self._clock = Clock(config.clock_url)

    def run(self) -> None:
        """For ever."""
        trainer.warm_up()
        report = look = None
        while True:
            now = self._clock.now()
            if now is not None:
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
        loans, models, alarms = self._warehouse.loans(), self._warehouse.models(), self._warehouse.alarms()
        last = alarms[-1]["raised_at"] if alarms else None
        since_alarm = {row["model"] for row in models if last is None or (row["registered_at"] or last) > last}
        if since_alarm:
            found = cusum([row for row in loans if row["model"] in since_alarm])
            if found.alarms and found.since is not None:
                self.alarm(loans, found.since)
                alarms, since_alarm = self._warehouse.alarms(), set()
        if alarms and now >= self._due(models[-1]["registered_at"], repaired=bool(since_alarm)):
            self.compete(now, loans, models, alarms)

    def alarm(self, loans: list[Row], since: datetime) -> None:
        """Wake model risk, with what we have seen."""
        seen = instalments([row for row in loans if row["applied_at"] >= since])
        late = sum(row["first_instalment"] == "late" for row in seen)
        self._warehouse.alarm(since, len(seen), late)
        log.warning(fields("alarm", since=f"{since:%Y-%m-%d}", instalments=len(seen), late=late))

    def _due(self, registered: datetime | None, *, repaired: bool) -> datetime:
        """When there may be another model: at once after an alarm, else not every month."""
        return datetime.min if registered is None or not repaired else registered + AGAIN

    def compete(self, now: datetime, loans: list[Row], models: list[Row], alarms: list[Row]) -> None:
        """A challenger from the loans since the first change, and most of all from those since the last."""
        rows = outcomes.settled([row for row in loans if row["applied_at"] >= min(a["since"] for a in alarms)])
        last = max(alarms, key=lambda row: row["raised_at"])
        then = [row for row in models if (row["registered_at"] or datetime.min) <= last["raised_at"]][-1]
        tells = [trainer.counts(row, last["since"], card(then)) for row in rows]
        present = sum(row["applied_at"] >= last["since"] for row in rows)
        champion, name = models[-1], f"scorecard-{now:%Y-%m-%d}"
        found = trainer.contest(card(champion), champion["trained_until"], rows, tells, present, name)
        if found is None:
            return
        log.info(fields(
            "contest", loans=len(rows), won=found.won, auc=f"{found.auc_challenger:.3f}/{found.auc_champion:.3f}",
            brier=f"{found.brier_challenger:.3f}/{found.brier_champion:.3f}",
        ))  # fmt: skip
        if found.won:
            won = found.trial, found.auc_champion, found.auc_challenger
            self._warehouse.register(found.challenger, found.train, *won)

    def report(self, now: datetime) -> None:
        """The dashboard: who applies, not who pays."""
        champion = card(self._warehouse.models()[-1])
        reference = self._warehouse.applications(now - MONTH - YEAR, now - MONTH)
        month = self._warehouse.applications(now - MONTH, now)
        found = monitor.report(reference, month, champion, self._config)
        log.info(fields(
            "drift report", month=f"{now - MONTH:%Y-%m-%d}", population=found.status, applications=len(month),
            score_psi=f"{found.score_psi:.3f}", drifted=f"{len(found.drifted)}/9",
        ))  # fmt: skip


def card(row: Row) -> Scorecard:
    """A model from its row in table `models`."""
    return Scorecard.of(row["model"], row["params"])


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
