"""The part: a fresh database for every lap, and a role for the deployment that can do what the customer allows."""

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier, Literal

from simulator.evidence.tables import PROBES
from simulator.parts.base import Lap
from simulator.parts.postgres.cluster import Cluster
from simulator.parts.postgres.params import PostgresParams

_TABLES = {
    "read": SQL("SELECT"),
    "write": SQL("SELECT, INSERT, UPDATE, DELETE"),
    "create": SQL("SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES"),
}


class Postgres:
    """One server with one database.

    A deployment connects before its lap begins, perhaps to make its tables. So the database is made fresh at the start
    and when a lap is settled, and at a lap's begin only if the one before was never settled.
    """

    def __init__(self, name: str, params: PostgresParams) -> None:
        self._name = name
        self._params = params
        self._cluster = Cluster()
        self._lap: Lap | None = None

    async def start(self, host: str, port: int) -> None:
        """Start the server on `host:port`, with the role and a fresh database."""
        await self._cluster.start(host, port, self._params.settings)
        async with await self._cluster.connect() as owner:
            await owner.execute(self._sql("CREATE ROLE {role} LOGIN PASSWORD {password}"))
            for database in ("postgres", "template1"):
                await owner.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(database)))
        await self.configure(self._params)
        await self._renew()

    async def begin(self, lap: Lap) -> None:
        """Nothing of an earlier lap is left; what the deployment did since it started is."""
        if self._lap is not None:
            await self._renew()
        self._lap = lap

    async def configure(self, params: PostgresParams) -> None:
        """Another limit on connections, and other settings, for all who are connected."""
        self._params = params
        async with await self._cluster.connect() as owner:
            await owner.execute(self._sql("ALTER ROLE {role} CONNECTION LIMIT {connections}"))
            await owner.execute("ALTER SYSTEM RESET ALL")
            for name, value in params.settings.items():
                await owner.execute(SQL("ALTER SYSTEM SET {} = {}").format(Identifier(name), Literal(value)))
            await owner.execute("SELECT pg_reload_conf()")

    async def settle(self) -> Mapping[str, Any]:
        """Ask the probes, and tell `{"probes": {name: value}}`; then the database is made fresh."""
        lap, self._lap = self._lap, None
        if lap is None:
            return {"probes": {}}
        async with await self._cluster.connect(self._params.database) as owner:
            await owner.execute("SET statement_timeout = '10s'")
            values = {name: await self._probe(lap, owner, name, query) for name, query in self._params.probes.items()}
        await self._renew()
        return {"probes": values}

    async def stop(self) -> None:
        """Stop the server and remove its files."""
        await self._cluster.stop()

    async def _probe(self, lap: Lap, owner: AsyncConnection[tuple[Any, ...]], name: str, query: str) -> float | None:
        """The probe's number; None where the database has no answer, with the reason in the evidence."""
        value, detail = None, None
        try:
            row = await (await owner.execute(query.encode())).fetchone()
            value = float(row[0]) if row and row[0] is not None else None
        except (psycopg.Error, TypeError, ValueError) as error:
            detail = str(error).strip()
        lap.recorder.write(
            PROBES.name, {"at": lap.clock.at(), "part": self._name, "name": name, "value": value, "detail": detail}
        )
        return value

    async def _renew(self) -> None:
        """Drop the database, whoever is connected, and make it again."""
        async with await self._cluster.connect() as owner:
            await owner.execute(self._sql("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
            await owner.execute(self._sql("CREATE DATABASE {database}"))
            await owner.execute(self._sql("REVOKE ALL ON DATABASE {database} FROM PUBLIC"))
            await owner.execute(self._sql("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}"))
        async with await self._cluster.connect(self._params.database) as owner:
            await owner.execute(
                self._sql("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON TABLES TO {role}")
            )
            if self._params.access != "read":
                await owner.execute(
                    self._sql("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}")
                )
            if self._params.access == "create":
                await owner.execute(self._sql("GRANT CREATE ON SCHEMA public TO {role}"))
            for statement in self._params.setup:
                await owner.execute(statement.encode())

    def _sql(self, text: LiteralString) -> Composed:
        """`text` with this part's names and values in its placeholders."""
        params = self._params
        return SQL(text).format(
            role=Identifier(params.role), password=Literal(params.password), database=Identifier(params.database),
            connections=Literal(params.connections), rights=_TABLES[params.access],
        )  # fmt: skip
