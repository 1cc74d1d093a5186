"""Decisions go into the core banking system's database, and the model that decides comes out of it."""

import asyncio
from typing import Any

import psycopg

from app.schemas import Decision
from app.scorecard import Scorecard

INSERT = "INSERT INTO decisions (application_id, decision, probability, model, reasons) VALUES (%s, %s, %s, %s, %s)"
CHAMPION = "SELECT model, params FROM models ORDER BY registered_at DESC NULLS LAST LIMIT 1"


class Store:
    """One connection, opened when it is first needed and again when it broke."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._lock = asyncio.Lock()

    async def _open(self) -> "psycopg.AsyncConnection[Any]":
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=3)
        return self._connection

    async def record(self, decision: Decision) -> None:
        """Put a decision on record. Raises `psycopg.Error` where that is impossible."""
        row = (decision.application_id, decision.decision, decision.probability, decision.model, decision.reasons)
        async with self._lock:
            connection = await self._open()
            await connection.execute(INSERT, row)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        async with self._lock:
            connection = await self._open()
            return await (await connection.execute(query.encode())).fetchall()

    async def champion(self) -> Scorecard:
        """The model that was registered last."""
        ((name, params),) = await self.rows(CHAMPION)
        return Scorecard.of(name, params)

    async def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            await self._connection.close()
