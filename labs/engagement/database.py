"""A database of the customer's, asked in SQL by what is installed with fdelab."""

from typing import Any

import psycopg

from labs.base.errors import LabError, UsageProblem
from labs.engagement.parts import ReachablePart
from labs.engagement.tables import Answer
from simulator.closing import Closing

CONNECT_SECONDS = 10
_COLUMNS = """
    select table_schema, table_name, column_name, data_type from information_schema.columns
    where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2, ordinal_position
"""


class Database(Closing):
    """One session, in which each statement is a transaction of its own, as in psql."""

    def __init__(self, part: ReachablePart) -> None:
        """Log in. Raises `LabError` where that is refused, as the customer's database may do."""
        self.prompt = f"{part.access.path.lstrip('/')}=> "
        try:
            self._session = psycopg.connect(
                host=part.host, port=part.port, user=part.access.user, password=part.access.password,
                dbname=part.access.path.lstrip("/"), connect_timeout=CONNECT_SECONDS, autocommit=True,
            )  # fmt: skip
        except psycopg.Error as error:
            raise LabError(f"{part.name}: {_said(error)}", "that may be what happens there: try again") from None

    def ask(self, sql: str, most: int) -> Answer:
        """Return the first rows of the answer.

        Raises `UsageProblem` where it is refused, `LabError` where it is lost.
        """
        try:
            with self._session.cursor() as cursor:
                cursor.execute(sql.encode())
                if cursor.description is None:
                    return Answer(("done",), [(cursor.statusmessage,)])
                names = tuple(column.name for column in cursor.description)
                rows: list[tuple[Any, ...]] = cursor.fetchmany(most + 1)
        except psycopg.OperationalError as error:
            raise LabError(_said(error), "that may be what happens there: try again") from None
        except psycopg.Error as error:
            raise UsageProblem(_said(error), _hint(error)) from None
        return Answer(names, rows[:most], len(rows) > most)

    def names(self) -> dict[str, list[str]]:
        """Columns by table, those outside of schema `public` with their schema."""
        found: dict[str, list[str]] = {}
        try:
            for schema, table, column, _ in self.ask(_COLUMNS, 10_000).rows:
                found.setdefault(table if schema == "public" else f"{schema}.{table}", []).append(column)
        except LabError:
            return {}
        return found

    def describe(self, table: str | None) -> Answer:
        """Return the tables, or the columns of one."""
        rows = self.ask(_COLUMNS, 10_000).rows
        if table is None:
            seen = dict.fromkeys((schema, name) for schema, name, _, _ in rows)
            return Answer(("schema", "table"), list(seen))
        return Answer(
            ("column", "type"), [(c, kind) for schema, name, c, kind in rows if table in (name, f"{schema}.{name}")]
        )

    def close(self) -> None:
        """End the session."""
        self._session.close()


def _said(error: psycopg.Error) -> str:
    return str(error).strip() or type(error).__name__


def _hint(error: psycopg.Error) -> str | None:
    return error.diag.message_hint
