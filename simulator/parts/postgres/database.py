"""One database on a cluster: created once as a template, and copied for every lap, with the role's rights.

The template has what does not depend on a lap's seed: the schema, what `files` and `setup` put there, and the rights.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from scenarios.model import SimulatedClock
from simulator.clock import Clock
from simulator.parts.postgres.cluster import OWNER, Cluster
from simulator.parts.postgres.copying import fill, table
from simulator.parts.postgres.params import PostgresParams

Owner = AsyncConnection[tuple[Any, ...]]

_TEMPLATE, _TWIN = "site_template", "site_twin"
_TABLES = {
    "read": SQL("SELECT"),
    "write": SQL("SELECT, INSERT, UPDATE, DELETE"),
    "create": SQL("SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES"),
}
_IN_THE_WAY = 2_000
"""Milliseconds that loading a lap's data may wait for a lock of the deployment's."""
_LARGE_OBJECTS = ("lo_create(oid)", "lo_creat(integer)", "lo_from_bytea(oid, bytea)")
"""Functions that create large objects, which everybody may call by default."""

_STRANGERS = "SELECT 1 FROM pg_class WHERE oid = to_regclass(%s) AND pg_get_userbyid(relowner) <> %s"
"""Whether something of that name belongs to somebody else."""
_GUESTS = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND (usename = %s OR usename IS NULL)"
"""Sessions of the role; one that has no name yet is logging in."""


def packaged(package: str, name: str) -> str:
    """Return the text of one of our SQL files."""
    return files(package).joinpath(name).read_text("utf-8")


class Database:
    """The customer's database and the deployment's role. `schema` is SQL that runs before the author's."""

    def __init__(self, cluster: Cluster, params: PostgresParams, schema: Sequence[str] = ()) -> None:
        self._cluster = cluster
        self._params = params
        self._schema = schema
        self.starts = SimulatedClock().starts
        """The time on the database's clock before a lap: rows made until then are as old as the lap."""

    async def make(self) -> None:
        """Create the role and the template. Raises `psycopg.Error` when the author's SQL is wrong."""
        async with await self._cluster.connect() as owner:
            await owner.execute(self._sql("CREATE ROLE {role} LOGIN PASSWORD {password}"))
            for database in ("postgres", "template1"):
                await owner.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(database)))
            await owner.execute(self._sql("CREATE DATABASE {template}"))
            await owner.execute(self._sql("REVOKE ALL ON DATABASE {template} FROM PUBLIC"))
        async with await self.owner(_TEMPLATE) as owner:
            for function in _LARGE_OBJECTS:
                await owner.execute(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC".encode())
            # A function of the role's could pass for one of PostgreSQL's, and be run by the owner.
            await owner.execute("REVOKE USAGE ON LANGUAGE sql, plpgsql FROM PUBLIC")
            await self._allow(owner)
            for text in self._statements():
                await owner.execute(text.encode())
            await self._grant(owner)

    async def renew(self) -> None:
        """Drop the database, whoever is connected, and create it again; the role may log in."""
        async with await self._cluster.connect() as owner:
            await self._remake(owner)
            await owner.execute(self._sql("ALTER ROLE {role} LOGIN"))

    async def _remake(self, owner: Owner) -> None:
        await owner.execute(self._sql("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
        await owner.execute(self._sql("CREATE DATABASE {database} TEMPLATE {template}"))
        await owner.execute(self._sql("REVOKE ALL ON DATABASE {database} FROM PUBLIC"))
        await owner.execute(self._sql("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}"))

    async def load(self, data: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
        """Fill tables with columns. Raises `psycopg.Error` when a table does not accept its rows.

        The role may already be connected. If it holds a lock, or has put rows or tables of its own in their place,
        everything that it did is undone: it may not keep a lap from beginning.
        """
        try:
            await self._load(data)
        except psycopg.Error:
            async with self.alone() as owner:
                await self._remake(owner)
                await self._load(data)

    async def _load(self, data: Mapping[str, Mapping[str, Sequence[Any]]], database: str | None = None) -> None:
        async with await self.owner(database) as owner, owner.transaction():
            await owner.execute(f"SET LOCAL lock_timeout = {_IN_THE_WAY}".encode())
            for name, columns in data.items():
                found = await owner.execute(_STRANGERS, (table(name).as_string(owner), OWNER))
                if await found.fetchone():
                    raise psycopg.errors.DuplicateTable(f"{name} belongs to the deployment")
                await fill(owner, name, columns)
            await self._grant(owner)

    @asynccontextmanager
    async def twin(self, data: Mapping[str, Mapping[str, Sequence[Any]]]) -> AsyncIterator[Owner]:
        """Yield a connection to a copy with the same data that nobody else ever reached, and that is then dropped.

        The deployment may be working in the database itself as soon as that exists.
        """
        async with await self._cluster.connect() as owner:
            await owner.execute(self._sql("DROP DATABASE IF EXISTS {twin} WITH (FORCE)"))
            await owner.execute(self._sql("CREATE DATABASE {twin} TEMPLATE {template}"))
            try:
                await owner.execute(self._sql("REVOKE ALL ON DATABASE {twin} FROM PUBLIC"))
                await self._load(data, _TWIN)
                async with await self.owner(_TWIN) as inside:
                    yield inside
            finally:
                await owner.execute(self._sql("DROP DATABASE IF EXISTS {twin} WITH (FORCE)"))

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Owner]:
        """Keep the role without sessions in this block, so that it neither holds locks nor writes.

        The yielded connection is to none of the customer's databases.
        """
        async with await self._cluster.connect() as owner:
            await self.shut_out(owner)
            try:
                yield owner
            finally:
                await owner.execute(self._sql("ALTER ROLE {role} LOGIN"))

    async def shut_out(self, owner: Owner) -> None:
        """End the role's sessions, and allow no others until the database is created again."""
        await owner.execute(self._sql("ALTER ROLE {role} NOLOGIN"))
        await self.end_guests(owner)

    async def end_guests(self, owner: Owner) -> None:
        """End the role's sessions."""
        await owner.execute(f"SELECT pg_terminate_backend(pid, 5000) {_GUESTS}".encode(), (self._params.role,))

    async def guests(self, owner: Owner) -> list[int]:
        """Return the processes of the role's sessions."""
        cursor = await owner.execute(f"SELECT pid {_GUESTS}".encode(), (self._params.role,))
        return [pid for (pid,) in await cursor.fetchall()]

    async def set_clock(self, clock: Clock, epoch: float) -> None:
        """Start the database's clock for a lap that begins at `epoch`, as Unix time."""
        async with await self.owner() as owner, owner.transaction():
            # TRUNCATE would wait for every transaction in which somebody has looked at the clock.
            await owner.execute("DELETE FROM clock.start")
            await owner.execute("DELETE FROM clock.spans")
            await owner.execute("INSERT INTO clock.start VALUES (%s)", (epoch,))
            async with owner.cursor() as cursor:
                await cursor.executemany(
                    "INSERT INTO clock.spans VALUES (%s, %s, %s, %s)",
                    [(span.begins, span.ends, span.sim_begins, span.rate) for span in clock.timeline.spans],
                )

    async def owner(self, database: str | None = None) -> Owner:
        """Return a connection as the owner, which no setting of the customer's affects."""
        return await self._cluster.connect(database or self._params.database)

    def _statements(self) -> Iterator[str]:
        """Yield our SQL, then the author's."""
        yield packaged("simulator.parts.postgres", "clock.sql")
        yield f"INSERT INTO clock.stands VALUES ('{self.starts.replace(tzinfo=None).isoformat()}')"
        yield from self._schema
        yield from (Path(path).read_text("utf-8") for path in self._params.files)
        yield from self._params.setup

    async def _allow(self, owner: Owner) -> None:
        """Grant the role its rights on future tables of schema `public`."""
        if self._params.grants is None:
            await owner.execute(
                self._sql("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON TABLES TO {role}")
            )
        if self._params.access != "read":
            await owner.execute(
                self._sql("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}")
            )
        if self._params.access == "create":
            await owner.execute(self._sql("GRANT CREATE ON SCHEMA public TO {role}"))

    async def _grant(self, owner: Owner) -> None:
        """Grant the role its rights table by table; a table that is yet to be filled may not exist."""
        for name, rights in (self._params.grants or {}).items():
            found = await (await owner.execute("SELECT to_regclass(%s)", (table(name).as_string(owner),))).fetchone()
            if found == (None,) and name in self._params.data:
                continue
            if "." in name:
                await owner.execute(self._sql("GRANT USAGE ON SCHEMA {schema} TO {role}", schema=name.split(".")[0]))
            for right, columns in dict.fromkeys(rights).items() if isinstance(rights, list) else rights.items():
                what: Composable = SQL(right.upper())
                if columns:
                    what += SQL(" ({})").format(SQL(", ").join(map(Identifier, columns)))
                await owner.execute(
                    SQL("GRANT {} ON {} TO {}").format(what, table(name), Identifier(self._params.role))
                )

    def _sql(self, text: LiteralString, **names: str) -> Composed:
        """Return `text` with this database's names and values in its placeholders."""
        params = self._params
        return SQL(text).format(
            role=Identifier(params.role), password=Literal(params.password), database=Identifier(params.database),
            template=Identifier(_TEMPLATE), twin=Identifier(_TWIN), rights=_TABLES[params.access],
            **{key: Identifier(name) for key, name in names.items()},
        )  # fmt: skip
