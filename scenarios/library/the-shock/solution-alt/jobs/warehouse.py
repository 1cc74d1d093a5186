"""What the jobs read and write. Everything is as of now: nothing in here knows the future."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.points import Points

Row = Mapping[str, Any]

LOANS = """
    SELECT a.*, l.model, l.probability, l.first_instalment, l.defaulted
    FROM loans l JOIN applications a USING (application_id)
    WHERE l.first_instalment IS NOT NULL AND l.probability IS NOT NULL ORDER BY a.applied_at
"""
CHAMPIONS = "SELECT model, algorithm, params, registered_at, trained_until FROM models ORDER BY registered_at NULLS FIRST"
ALARMS = "SELECT raised_at, since FROM alarms ORDER BY raised_at"
RAISE = "INSERT INTO alarms (since, instalments, late) VALUES (%s, %s, %s)"
REGISTER = """
    INSERT INTO models (model, algorithm, params, trained_from, trained_until, loans, auc_champion, auc_challenger)
    VALUES (%s, 'points', %s, %s, %s, %s, %s, %s)
"""
TRIAL = "INSERT INTO trials (model, application_id, champion, challenger) VALUES (%s, %s, %s, %s)"


class Warehouse:
    """The database, for jobs: one connection, everything waits."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[dict[str, Any]] | None = None

    def _open(self) -> "psycopg.Connection[dict[str, Any]]":
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True, row_factory=dict_row, connect_timeout=3)
        return self._connection

    def ask(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of a question."""
        cursor = self._open().execute(query.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def loans(self) -> list[dict[str, Any]]:
        """Loans of our own of which the first instalment has come due, oldest first."""
        return self.ask(LOANS)

    def models(self) -> list[dict[str, Any]]:
        """All that ever decided; the last of them does."""
        return self.ask(CHAMPIONS)

    def alarms(self) -> list[dict[str, Any]]:
        """When model risk was woken, and since when that was necessary."""
        return self.ask(ALARMS)

    def raise_alarm(self, since: datetime, instalments: int, late: int) -> None:
        """Wake model risk."""
        self.ask(RAISE, since, instalments, late)

    def register(self, card: Points, rows: Sequence[Row], trial: Sequence[tuple[str, float, float]],
                 champion: float, challenger: float) -> None:  # fmt: skip
        """Make this model the champion, and say on which loans it won."""
        first, last = rows[0]["applied_at"], rows[-1]["applied_at"]
        with self._open().transaction():
            self.ask(REGISTER, card.name, json.dumps(card.params()), first, last, len(rows), champion, challenger)
            for one in trial:
                self.ask(TRIAL, card.name, *one)
