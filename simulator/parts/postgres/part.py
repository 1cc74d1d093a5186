"""The part: a fresh database for every lap, and a role for the deployment with the rights that the customer grants."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from simulator.parts.base import Lap
from simulator.parts.postgres import probing
from simulator.parts.postgres.cluster import Cluster
from simulator.parts.postgres.copying import table
from simulator.parts.postgres.database import Database, Owner
from simulator.parts.postgres.delivered import delivered
from simulator.parts.postgres.guard import Guard
from simulator.parts.postgres.jobs import Jobs
from simulator.parts.postgres.params import PostgresParams

if TYPE_CHECKING:
    from simulator.dirt import Dataset


class Postgres:
    """One server with one database.

    A deployment connects before its lap begins, perhaps to create its tables. So the database is made fresh at the
    start and between two laps, while there is no deployment; at a lap's beginning only if that has not been done.
    """

    def __init__(self, name: str, params: PostgresParams, schema: Sequence[str] = ()) -> None:
        self._name = name
        self._params = params
        self._cluster = Cluster()
        self._lap: Lap | None = None
        self._jobs: Jobs | None = None
        self._locking: asyncio.Task[None] | None = None
        self._locked: list[str] = []
        self._prepared = self._used = False
        self._before: dict[str, probing.Rows] = {}
        self.database = Database(self._cluster, params, schema)
        self._guard = Guard(self.database)

    def date(self, starts: datetime) -> None:
        """Set the simulated time of rows that are created before a lap and default to `clock.now()`."""
        self.database.starts = starts

    async def start(self, host: str, port: int) -> None:
        """Start the server on `host:port`, with the role and a fresh database."""
        await self._cluster.start(host, port, self._params.settings)
        await self.database.make()
        await self.configure(self._params)
        await self.database.renew()
        await self._guard.start()

    async def prepare(self, data: "Mapping[str, Dataset]") -> None:
        """Fill the tables; nothing of an earlier lap is left, but what the deployment has done since it started is."""
        if self._used:
            await self.renew()
        rows = {name: delivered(data[dataset]) for name, dataset in self._params.data.items()}
        if rows:
            await self._guard.stop()
            await self.database.load(rows)
            await self._guard.start()
        await self._look(rows)
        self._prepared = True

    async def _look(self, rows: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
        """Record what must not change, as it was created, whatever the deployment has already done to it."""
        if not self._params.unchanged:
            return
        async with self.database.twin(rows) as owner:
            self._before = {name: await probing.rows(owner, query) for name, query in self._params.unchanged.items()}

    async def begin(self, lap: Lap) -> None:
        """Start the database's clock and the customer's work."""
        if not self._prepared:
            await self.prepare(lap.data)
        self._prepared = False
        self._lap, self._used = lap, True
        await self.database.set_clock(lap.clock, time.time() - time.monotonic() + lap.clock.start)
        self._jobs = Jobs(self._name, self.database, lap, self._params.jobs)
        await self._lock(self._params.locked)

    async def configure(self, params: PostgresParams) -> None:
        """Apply other limits, locks and settings, for everybody connected."""
        self._params = params
        settings = dict(params.settings)
        if params.read_only:
            settings["default_transaction_read_only"] = "on"
        if params.statement_timeout is not None:
            settings["statement_timeout"] = f"{params.statement_timeout * 1000:.0f}ms"
        async with await self._cluster.connect() as owner:
            await owner.execute(
                SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(Identifier(params.role), Literal(params.connections))
            )
            await owner.execute("ALTER SYSTEM RESET ALL")
            for name, value in settings.items():
                await owner.execute(SQL("ALTER SYSTEM SET {} = {}").format(Identifier(name), Literal(value)))
            await owner.execute("SELECT pg_reload_conf()")
        if self._lap is not None:
            await self._lock(params.locked)

    async def settle(self) -> Mapping[str, Any]:
        """Run the probes, and return `{"probes": {name: value}, "tells": {name: [row]}, "untold": {name: why}}`.

        Rows have JSON values: numbers, and texts such as times in ISO 8601. The deployment is still working, and must
        not be able to keep anybody from looking.
        """
        lap, self._lap = self._lap, None
        if lap is None:
            return {"probes": {}, "tells": {}, "untold": {}}
        await self._end()
        await self._guard.stop()
        async with self.database.alone(), await self.database.owner() as owner:
            return await self.final(lap, owner)

    async def renew(self) -> None:
        """Remove everything of the last lap, and what the deployment did after it."""
        await self._end()
        self._lap, self._used = None, False
        await self._guard.stop()
        await self.database.renew()
        await self._guard.start()

    async def final(self, lap: Lap, owner: Owner) -> dict[str, Any]:
        """Return the final state of the database."""
        params, ask = self._params, probing.Questions(self._name, lap, owner)
        values = await ask.numbers(params.probes)
        values |= await ask.changes(params.unchanged, self._before)
        return {"probes": values, "tells": await ask.told(params.tells), "untold": ask.untold}

    async def stop(self) -> None:
        """Stop the server and remove its files."""
        await self._end()
        await self._guard.stop()
        await self._cluster.stop()

    async def _end(self) -> None:
        """End everything that runs during a lap."""
        await self._lock([])
        if self._jobs is not None:
            await self._jobs.end()
        self._jobs = None

    async def _lock(self, tables: Sequence[str]) -> None:
        """Keep these tables locked, and no others."""
        if list(tables) == self._locked:
            return
        self._locked = list(tables)
        if self._locking is not None:
            self._locking.cancel()
            with contextlib.suppress(asyncio.CancelledError, psycopg.Error):
                await self._locking
        self._locking = asyncio.create_task(self._keep_locked(self._locked)) if tables else None

    async def _keep_locked(self, tables: Sequence[str]) -> None:
        # In a task, since who already uses the tables has to let go of them first.
        async with await self.database.owner() as owner, owner.transaction():
            await owner.execute(SQL("LOCK TABLE {}").format(SQL(", ").join(map(table, tables))))
            await asyncio.Event().wait()
