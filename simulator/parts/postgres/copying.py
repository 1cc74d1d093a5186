"""Rows into a table through COPY, in its text format (PostgreSQL manual, COPY, "Text Format")."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composable, Identifier

NULL = "\\N"
_SPECIAL = re.compile(r"[\\\t\n\r\x00]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""})
_TYPES: dict[type, str] = {bool: "boolean", int: "bigint", float: "double precision", datetime: "timestamp",
                           date: "date"}  # fmt: skip
_CHUNK = 10_000
"""Rows that are sent at once."""


def column_type(values: Sequence[Any]) -> str:
    """The narrowest type that takes all these values; text where they are of several kinds."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        return "double precision"
    return _TYPES.get(kinds.pop(), "text") if len(kinds) == 1 else "text"


def lines(columns: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The rows in COPY's text format, some thousand at a time."""
    texts = [[_text(value) for value in column] for column in columns]
    rows = ["\t".join(row) for row in zip(*texts, strict=True)]
    for start in range(0, len(rows), _CHUNK):
        yield ("\n".join(rows[start : start + _CHUNK]) + "\n").encode()


def _text(value: Any) -> str:
    if value is None or value != value:
        return NULL
    if isinstance(value, str):
        return value.translate(_ESCAPES) if _SPECIAL.search(value) else value
    return str(value)


def table(name: str) -> Composable:
    """A table's name, quoted; in schema `public` where it names none."""
    return Identifier(*name.split(".")) if "." in name else Identifier("public", name)


async def fill(owner: AsyncConnection[tuple[Any, ...]], name: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Put the rows into a table, which is made if it is not there. Raises `psycopg.Error`."""
    made = SQL(", ").join(
        SQL("{} {}").format(Identifier(column), SQL(column_type(values))) for column, values in columns.items()
    )
    await owner.execute(SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(table(name), made))
    names = SQL(", ").join(map(Identifier, columns))
    async with owner.cursor() as cursor, cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(table(name), names)) as copy:
        for chunk in lines(columns.values()):
            await copy.write(chunk)
