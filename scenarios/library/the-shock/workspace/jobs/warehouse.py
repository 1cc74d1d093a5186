"""What the jobs read and write. Everything is as of now: nothing in here knows the future."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.scorecard import Scorecard

Row = Mapping[str, Any]

APPLICATIONS = "SELECT * FROM applications WHERE applied_at >= %s AND applied_at < %s"
LABELLED = """
    SELECT a.*, l.defaulted FROM loans l JOIN applications a USING (application_id)
    WHERE l.defaulted IS NOT NULL AND a.applied_at >= %s AND a.applied_at < %s ORDER BY a.applied_at
"""
GRANTED = "SELECT count(*) AS loans, count(defaulted) AS labelled FROM loans WHERE granted_at >= %s AND granted_at < %s"
CHAMPION = "SELECT model, params FROM models ORDER BY registered_at DESC NULLS LAST LIMIT 1"
REGISTER = """
    INSERT INTO models (model, algorithm, params, trained_from, trained_until, loans, auc_champion, auc_challenger)
    VALUES (%s, 'logistic', %s, %s, %s, %s, %s, %s)
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

    def labelled(self, since: datetime, until: datetime) -> list[dict[str, Any]]:
        """The loans of a span of which it is known how they went, oldest first."""
        return self.ask(LABELLED, since, until)

    def champion(self) -> Scorecard:
        """The model that decides."""
        (row,) = self.ask(CHAMPION)
        return Scorecard.of(row["model"], row["params"])

    def register(self, card: Scorecard, rows: list[dict[str, Any]], champion: float, challenger: float) -> None:
        """Make this model the champion; the two AUCs are on the same loans."""
        first, last = rows[0]["applied_at"], rows[-1]["applied_at"]
        params = json.dumps(card.params())
        self.ask(REGISTER, card.name, params, first, last, len(rows), champion, challenger)
