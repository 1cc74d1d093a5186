"""Questions to a database when a lap is over: numbers, rows that changed, and what workloads are told."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg

from simulator.evidence.tables import PROBES
from simulator.parts.base import Lap
from simulator.parts.postgres.database import Owner

MOST_ROWS = 100_000
"""Of one query that workloads are told."""

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


async def told(owner: Owner, tells: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each query. Raises `psycopg.Error`."""
    found = {}
    for name, query in tells.items():
        cursor = await owner.execute(query.encode())
        names = [column.name for column in cursor.description or ()]
        found[name] = [dict(zip(names, map(_plain, row), strict=True)) for row in await cursor.fetchmany(MOST_ROWS)]
    return found


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
