"""Decisions go into the core banking system's database, and the model that decides comes out of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import psycopg

from app.schemas import Decision
from app.scorecard import Scorecard

INSERT = "INSERT INTO decisions (application_id, decision, probability, model, reasons) VALUES (%s, %s, %s, %s, %s)"
CHAMPION = "SELECT model, params FROM models ORDER BY registered_at DESC NULLS LAST LIMIT 1"

INTERIM = """
    SELECT EXISTS (SELECT FROM alarms)
       AND NOT EXISTS (SELECT FROM models WHERE registered_at > (SELECT max(raised_at) FROM alarms))
"""


CONNECTIONS = 6


class Store:
    """A few connections, each opened when it is first needed and again when it broke."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: asyncio.LifoQueue[psycopg.AsyncConnection[Any] | None] = asyncio.LifoQueue()
        for _ in range(CONNECTIONS):
            self._idle.put_nowait(None)

    @contextlib.asynccontextmanager
    async def _connection(self) -> "AsyncIterator[psycopg.AsyncConnection[Any]]":
        held = await self._idle.get()
        try:
            if held is None or held.closed:
                held = None
                held = await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=3)
            yield held
        finally:
            self._idle.put_nowait(held)

    async def record(self, decision: Decision) -> None:
        """Put a decision on record. Raises `psycopg.Error` where that is impossible."""
        row = (decision.application_id, decision.decision, decision.probability, decision.model, decision.reasons)
        async with self._connection() as connection:
            await connection.execute(INSERT, row)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        async with self._connection() as connection:
            return await (await connection.execute(query.encode())).fetchall()

    async def champion(self) -> Scorecard:
        """The model that was registered last."""
        ((name, params),) = await self.rows(CHAMPION)
        return Scorecard.of(name, params)

    async def interim(self) -> bool:
        """Whether there was an alarm, and no model since the last."""
        ((found,),) = await self.rows(INTERIM)
        return bool(found)

    async def close(self) -> None:
        """Give the connections back."""
        while not self._idle.empty():
            held = self._idle.get_nowait()
            if held is not None:
                await held.close()
