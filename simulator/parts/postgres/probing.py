"""Questions to a database when a lap is over: numbers, rows that changed, and what workloads are told."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg

from simulator.evidence.tables import PROBES
from simulator.parts.base import Lap
from simulator.parts.postgres.database import Owner

MOST_ROWS, MOST_BYTES, LARGEST_ROW = 100_000, 2**26, 2**17
"""Of one query that workloads are told, as text; the rest, and rows that are larger, are left out."""
_AT_ONCE = 500
"""Rows that are fetched at once."""
_SIZED = f"""
    SELECT row_.*, octet_length(row_::text) FROM (%s) row_ WHERE octet_length(row_::text) <= {LARGEST_ROW}
    LIMIT {MOST_ROWS}
"""
_FLOODED = (psycopg.errors.QueryCanceled, psycopg.errors.OutOfMemory)
"""What comes of so much in the database that no answer can be made of it: the deployment's doing."""

Rows = Counter[str]


async def rows(owner: Owner, query: str) -> Rows:
    """The rows that a query gives, as texts, each with how often it occurs. Raises `psycopg.Error`."""
    cursor = await owner.execute(f"SELECT md5(row_::text), count(*) FROM ({query}) row_ GROUP BY 1".encode())
    return Counter({digest: count async for digest, count in cursor})


async def numbers(part: str, lap: Lap, owner: Owner, probes: Mapping[str, str]) -> dict[str, float | None]:
    """The probes' numbers, also in the evidence; None where the database has no answer, with the reason there."""
    found = {}
    for name, query in probes.items():
        value, detail = None, None
        try:
            row = await (await owner.execute(query.encode())).fetchone()
            value = float(row[0]) if row and row[0] is not None else None
        except (psycopg.Error, TypeError, ValueError) as error:
            detail = str(error).strip()
        found[name] = value
        _write(part, lap, name, value, detail)
    return found


async def changes(
    part: str, lap: Lap, owner: Owner, unchanged: Mapping[str, str], before: Mapping[str, Rows]
) -> dict[str, float | None]:
    """How many rows of each query are gone, new or different since `before`: a row that changed counts once."""
    found = {}
    for name, query in unchanged.items():
        value, detail = None, None
        try:
            after = await rows(owner, query)
            value = float(max((before[name] - after).total(), (after - before[name]).total()))
        except psycopg.Error as error:
            detail = str(error).strip()
        found[name] = value
        _write(part, lap, name, value, detail)
    return found


async def told(part: str, lap: Lap, owner: Owner, tells: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each query; none where a flood keeps it from being answered. Raises `psycopg.Error`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, query in tells.items():
        try:
            found[name] = [row async for row in _bounded(owner, query)]
        except _FLOODED as error:
            found[name] = []
            _write(part, lap, name, None, str(error).strip())
    return found


async def _bounded(owner: Owner, query: str) -> AsyncIterator[dict[str, Any]]:
    """The first rows of a query, whatever the deployment has put into the tables."""
    size = 0
    # A cursor of the server's: rows are sent as they are asked for.
    async with owner.transaction(), owner.cursor("told") as cursor:
        await cursor.execute(_SIZED.replace("%s", query).encode())
        names = [column.name for column in cursor.description or ()][:-1]
        while rows := await cursor.fetchmany(_AT_ONCE):
            for *values, octets in rows:
                size += octets
                if size > MOST_BYTES:
                    return
                yield dict(zip(names, map(_plain, values), strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | list | dict | None) else str(value)


def _write(part: str, lap: Lap, name: str, value: float | None, detail: str | None) -> None:
    lap.recorder.write(
        PROBES.name, {"at": lap.clock.at(), "part": part, "name": name, "value": value, "detail": detail}
    )
