"""What the jobs read and write. Everything is as of now: nothing in here knows the future."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.scorecard import Scorecard

Row = Mapping[str, Any]

APPLICATIONS = "SELECT * FROM applications WHERE applied_at >= %s AND applied_at < %s"
LOANS = """
    SELECT a.*, l.model, l.probability, l.first_instalment, l.defaulted
    FROM loans l JOIN applications a USING (application_id)
    WHERE l.model IS NOT NULL AND l.first_instalment IS NOT NULL ORDER BY a.applied_at
"""
MODELS = "SELECT model, registered_at, params, trained_until FROM models ORDER BY registered_at NULLS FIRST"
ALARMS = "SELECT raised_at, since FROM alarms ORDER BY raised_at"
ALARM = "INSERT INTO alarms (since, instalments, late) VALUES (%s, %s, %s)"
REGISTER = """
    INSERT INTO models (model, algorithm, params, trained_from, trained_until, loans, auc_champion, auc_challenger)
    VALUES (%s, 'logistic', %s, %s, %s, %s, %s, %s)
"""
TRIAL = "INSERT INTO trials (model, application_id, champion, challenger) VALUES (%s, %s, %s, %s)"


class Warehouse:
    """The database, for jobs: one connection, everything waits."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[dict[str, Any]] | None = None

    def connection(self) -> "psycopg.Connection[dict[str, Any]]":
        """The connection, made anew where it broke."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True, row_factory=dict_row, connect_timeout=3)
        return self._connection

    def ask(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of a question."""
        cursor = self.connection().execute(query.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def applications(self, since: datetime, until: datetime) -> list[dict[str, Any]]:
        """Everybody who applied in a span."""
        return self.ask(APPLICATIONS, since, until)

    def loans(self) -> list[dict[str, Any]]:
        """Our own loans whose first instalment has come due, oldest first."""
        return self.ask(LOANS)

    def models(self) -> list[dict[str, Any]]:
        """Every model on record, the one that decides last."""
        return self.ask(MODELS)

    def alarms(self) -> list[dict[str, Any]]:
        """Every alarm so far, the newest last."""
        return self.ask(ALARMS)

    def alarm(self, since: datetime, instalments: int, late: int) -> None:
        """Wake model risk."""
        self.ask(ALARM, since, instalments, late)

    def register(self, card: Scorecard, rows: Sequence[Row], trial: Sequence[tuple[str, float, float]],
                 champion: float, challenger: float) -> None:  # fmt: skip
        """Make this model the champion, with the loans on which it won: all of it, or nothing."""
        first, last = rows[0]["applied_at"], rows[-1]["applied_at"]
        with self.connection().transaction():
            self.ask(REGISTER, card.name, json.dumps(card.params()), first, last, len(rows), champion, challenger)
            for loan in trial:
                self.ask(TRIAL, card.name, *loan)
