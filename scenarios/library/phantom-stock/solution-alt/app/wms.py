"""The WMS, as far as the slotter asks it. What we may do there is in docs/wms.md."""

from typing import Any

import psycopg


class Wms:
    """A connection for every question: there are two, once a shift."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query. Raises `psycopg.Error`."""
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            return await (await connection.execute(query)).fetchall()
