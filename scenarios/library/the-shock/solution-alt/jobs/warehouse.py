"""What the jobs read and write. Everything is as of now: nothing in here knows the future."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.models import Model, load
from app.points import Points

Row = Mapping[str, Any]

APPLICATIONS = "SELECT * FROM applications WHERE applied_at >= %s AND applied_at < %s"
LOANS = """
    SELECT a.*, l.probability, l.first_instalment, l.defaulted FROM loans l JOIN applications a USING (application_id)
    WHERE l.first_instalment IS NOT NULL AND l.probability IS NOT NULL AND a.applied_at >= %s ORDER BY a.applied_at
"""
CHAMPION = "SELECT model, algorithm, params FROM models ORDER BY registered_at DESC NULLS LAST LIMIT 1"
REGISTER = """
    INSERT INTO models (model, algorithm, params, trained_from, trained_until, loans, auc_champion, auc_challenger)
    VALUES (%s, 'points', %s, %s, %s, %s, %s, %s)
"""


class Warehouse:
    """The database, for jobs: one connection, everything waits."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[dict[str, Any]] | None = None

    def ask(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of a question."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True, row_factory=dict_row, connect_timeout=3)
        cursor = self._connection.execute(query.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def applications(self, since: datetime, until: datetime) -> list[dict[str, Any]]:
        """Everybody who applied in a span."""
        return self.ask(APPLICATIONS, since, until)

    def loans(self, since: datetime) -> list[dict[str, Any]]:
        """Loans granted since then of which the first instalment has come due, oldest first."""
        return self.ask(LOANS, since)

    def raise_alarm(self, detail: str) -> None:
        """Wake model risk."""
        self.ask("INSERT INTO alarms (monitor, detail) VALUES ('late-instalments', %s)", detail)

    def champion(self) -> Model:
        """The model that decides."""
        (row,) = self.ask(CHAMPION)
        return load(row["model"], row["algorithm"], row["params"])

    def register(self, card: Points, rows: list[dict[str, Any]], champion: float, challenger: float) -> None:
        """Make this model the champion; the two AUCs are on the same loans."""
        first, last = rows[0]["applied_at"], rows[-1]["applied_at"]
        params = json.dumps(card.params())
        self.ask(REGISTER, card.name, params, first, last, len(rows), champion, challenger)
