"""Load rows into a table through COPY, in its text format (PostgreSQL manual, COPY, "Text Format")."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composable, Identifier

from simulator.dirt.texts import Style, texts

NULL = "\\N"
_SPECIAL = re.compile(r"[\\\t\n\r\x00\udc80-\udcff]")
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""}
    | {chr(0xDC00 + byte): bytes([byte]).decode("cp850") for byte in range(0x80, 0x100)}
)
"""Characters with a meaning for COPY, and bytes that are not text in their file's encoding (PEP 383): the database is
UTF-8, and whoever loaded the file took them for letters of an old code page, in which every byte is one."""
_TYPES: dict[type, str] = {bool: "boolean", int: "bigint", float: "double precision", datetime: "timestamp",
                           date: "date"}  # fmt: skip
_CHUNK = 10_000
"""Rows that are sent together."""


def column_type(values: Sequence[Any]) -> str:
    """Return the narrowest type that fits all these values; text when they are of several kinds."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        return "double precision"
    return _TYPES.get(kinds.pop(), "text") if len(kinds) == 1 else "text"


def lines(columns: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield the rows in COPY's text format, some thousand at a time."""
    rows = map("\t".join, zip(*map(_texts, columns), strict=True))
    while chunk := "\n".join(islice(rows, _CHUNK)):
        yield f"{chunk}\n".encode()


def _texts(values: Sequence[Any]) -> list[str]:
    special = _SPECIAL.search("".join(value for value in values if isinstance(value, str)))
    return texts(values, Style(NULL, text=_escaped if special else None))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def table(name: str) -> Composable:
    """Return a table's quoted name, with schema `public` if it names none."""
    return Identifier(*name.split(".")) if "." in name else Identifier("public", name)


async def fill(owner: AsyncConnection[tuple[Any, ...]], name: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Put the rows into a table, which is created if it does not exist. Raises `psycopg.Error`."""
    made = SQL(", ").join(
        SQL("{} {}").format(Identifier(column), SQL(column_type(values))) for column, values in columns.items()
    )
    await owner.execute(SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(table(name), made))
    names = SQL(", ").join(map(Identifier, columns))
    async with owner.cursor() as cursor, cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(table(name), names)) as copy:
        for chunk in lines(columns.values()):
            await copy.write(chunk)
