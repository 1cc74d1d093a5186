"""What the customer's own people and programs do to the database during a lap."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial

import psycopg

from simulator.parts.base import Lap
from simulator.parts.postgres.database import Database, Owner
from simulator.parts.postgres.params import Job
from simulator.parts.postgres.tables import JOBS
from simulator.parts.schedule import keep


class Jobs:
    """Runs jobs when they are due, each on a connection of its own: one that waits does not delay others."""

    def __init__(self, part: str, database: Database, lap: Lap, jobs: Mapping[str, Job]) -> None:
        self._part = part
        self._database = database
        self._lap = lap
        timeline = lap.clock.timeline
        due = [
            (timeline.when(time), partial(self._begin, name, job, time))
            for name, job in jobs.items()
            for time in job.times(timeline)
        ]
        self._running: set[asyncio.Task[None]] = {asyncio.create_task(keep(lap.clock, due))}

    async def end(self) -> None:
        """Cancel what still runs."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _begin(self, name: str, job: Job, due: datetime) -> None:
        self._running.add(asyncio.create_task(self._run(name, job, due)))

    async def _run(self, name: str, job: Job, due: datetime) -> None:
        row = {"at": self._lap.clock.at(), "part": self._part, "job": name, "due": due.isoformat(), "done_at": None,
               "result": None, "rows": None, "detail": None}  # fmt: skip
        try:
            async with await self._database.owner() as owner:
                row |= {"result": "ok", "rows": await _rows(owner, job.run)}
            row["done_at"] = self._lap.clock.at()
        except psycopg.Error as error:
            row |= {"result": type(error).__name__, "detail": str(error).strip()[:500], "done_at": self._lap.clock.at()}
        finally:
            self._lap.recorder.write(JOBS.name, row)


async def _rows(owner: Owner, statement: str) -> int | None:
    cursor = await owner.execute(statement.encode())
    while cursor.nextset():
        pass
    return cursor.rowcount if cursor.rowcount >= 0 else None
