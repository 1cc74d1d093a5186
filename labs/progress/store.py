"""The store of progress: one SQLite file in the state folder.

Every call opens it, does one transaction, and closes it, so that threads and several fdelabs at once do no harm:
writers wait for each other (`busy_timeout`), readers for nobody (write-ahead log).
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labs.base import paths
from labs.base.errors import CouldNotJudge, LabError
from labs.progress.migrations import MIGRATIONS

if TYPE_CHECKING:
    from grader.report import Report

PATIENCE = 10.0
"""Seconds that a writer waits for another one."""


@dataclass(frozen=True)
class Attempt:
    """One exam of a learner's workspace."""

    id: int
    taken_at: datetime
    scenario: str
    title: str
    folder: str | None
    runtime: str
    result: str
    """passed, failed, or error: not judged, and never the learner's failure."""
    score: float | None
    pass_mark: float
    reason: str
    currency: str | None
    money: float | None
    """What the lap was worth to the customer; losses negative."""
    recovered: float | None
    hints: int
    evidence: str

    @property
    def passed(self) -> bool:
        """Whether the exam was passed."""
        return self.result == "passed"

    @property
    def points(self) -> str:
        """The score beside its pass mark, in words that nobody reads as one out of the other."""
        return "–" if self.score is None else f"{self.score:g} of 100, pass mark {self.pass_mark:g}"


@dataclass(frozen=True)
class CheckRecord:
    """What is remembered of one check of an attempt; the rest is in the evidence."""

    id: str
    family: str
    gate: bool
    weight: float
    verdict: str
    credit: float
    points: float
    worth: float
    expected: str
    observed: str


@dataclass(frozen=True)
class EngagementRecord:
    """An engagement that was begun on this machine; its folder may be gone by now."""

    folder: Path
    scenario: str
    """Slug, or the scenario folder's path."""
    opened_at: datetime


class Store:
    """Progress of whoever owns the state folder. Every method raises `LabError` where the file cannot be used."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or paths.state() / "progress.sqlite"

    def add_attempt(
        self, report: "Report", evidence: Path, folder: Path | None = None, taken_at: datetime | None = None
    ) -> None:
        """Keep an exam of a learner's workspace; the same evidence twice is one attempt."""
        money = report.money
        facts = {
            "taken_at": _stamp(taken_at), "scenario": report.scenario, "scenario_hash": report.scenario_hash,
            "title": report.title, "folder": str(folder) if folder else None, "runtime": report.runtime,
            "seed": report.seed, "result": str(report.result), "score": report.score, "pass_mark": report.pass_mark,
            "reason": report.reason, "currency": money.currency if money else None,
            "money": money.total if money else None, "recovered": money.recovered if money else None,
            "evidence": str(evidence),
        }  # fmt: skip
        with self._transaction() as db:
            taken = 'select count(distinct "check") as taken from hints where scenario = ?'
            facts["hints"] = db.execute(taken, (report.scenario,)).fetchone()["taken"]
            attempt = _insert(db, "attempts", facts, once="evidence")
            for position, check in enumerate(report.checks if attempt else ()):
                row = {name: getattr(check, name) for name in _CHECK} | {"verdict": str(check.verdict)}
                _insert(db, "checks", row | {"attempt": attempt, "position": position})

    def hint(self, scenario: str, check: str, folder: Path, taken_at: datetime | None = None) -> None:
        """Keep that a hint was taken."""
        with self._transaction() as db:
            facts = {"scenario": scenario, "check": check, "folder": str(folder), "taken_at": _stamp(taken_at)}
            _insert(db, "hints", facts, once='scenario, "check", folder')

    def opened(self, folder: Path, scenario: str, at: datetime | None = None) -> None:
        """Keep that an engagement was begun, or gone on with."""
        with self._transaction() as db:
            db.execute(
                "insert into engagements values (?, ?, ?) on conflict (folder) do update "
                "set scenario = excluded.scenario, opened_at = excluded.opened_at",
                (str(folder), scenario, _stamp(at)),
            )

    def attempts(self) -> list[Attempt]:
        """All of them, the latest first."""
        columns = ", ".join(Attempt.__annotations__)
        return [
            Attempt(**dict(row) | {"taken_at": datetime.fromisoformat(row["taken_at"])})
            for row in self._read(f"select {columns} from attempts order by taken_at desc, id desc")
        ]

    def checks(self, attempt: int) -> list[CheckRecord]:
        """Those of one attempt, by its number, in the order of its report."""
        columns = ", ".join(CheckRecord.__annotations__)
        rows = self._read(f"select {columns} from checks where attempt = ? order by position", attempt)
        return [CheckRecord(**dict(row) | {"gate": bool(row["gate"])}) for row in rows]

    def engagements(self) -> list[EngagementRecord]:
        """All that were begun, the latest opened first."""
        rows = self._read("select * from engagements order by opened_at desc, folder")
        return [
            EngagementRecord(Path(row["folder"]), row["scenario"], datetime.fromisoformat(row["opened_at"]))
            for row in rows
        ]

    def export(self) -> dict[str, Any]:
        """Everything, as plain data."""
        attempts = [dict(row) for row in self._read("select * from attempts order by taken_at, id")]
        checks = [dict(row) for row in self._read("select * from checks order by attempt, position")]
        for attempt in attempts:
            own = [check for check in checks if check["attempt"] == attempt["id"]]
            attempt["checks"] = [
                {k: v for k, v in check.items() if k not in ("attempt", "position")} | {"gate": bool(check["gate"])}
                for check in own
            ]
        hints = [dict(row) for row in self._read('select * from hints order by taken_at, scenario, "check"')]
        return {"format": len(MIGRATIONS), "attempts": attempts, "hints": hints}

    def _read(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Rows of a store that need not exist yet; reading makes none."""
        if not self.file.exists():
            return []
        with self._transaction() as db:
            return list(db.execute(sql, values))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction on the migrated store: all of it, or nothing."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self.file, timeout=PATIENCE, isolation_level=None)) as db:
                db.row_factory = sqlite3.Row
                db.execute("pragma journal_mode = wal")
                db.execute("pragma foreign_keys = on")
                self._migrate(db)
                with _begun(db):
                    yield db
        except (sqlite3.Error, OSError) as error:
            raise CouldNotJudge(f"progress cannot be kept: {self.file}: {error}", _REMEDY) from None

    def _migrate(self, db: sqlite3.Connection) -> None:
        if _version(db) == len(MIGRATIONS):
            return
        with _begun(db):
            # Looked at again now that nobody else can be at it.
            version = _version(db)
            if version > len(MIGRATIONS):
                raise LabError(f"{self.file} is of a newer fdelab", "use that one, or set FDELAB_STATE to a new folder")
            for statement in chain.from_iterable(MIGRATIONS[version:]):
                db.execute(statement)
            db.execute(f"pragma user_version = {len(MIGRATIONS)}")


_CHECK = ("id", "family", "gate", "weight", "credit", "points", "worth", "expected", "observed")
_REMEDY = "make room or make it writable; `fdelab doctor` shows what this machine lacks"


@contextlib.contextmanager
def _begun(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("begin immediate")
    try:
        yield
    except BaseException:
        db.execute("rollback")
        raise
    db.execute("commit")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("pragma user_version").fetchone()[0])


def _insert(db: sqlite3.Connection, table: str, row: Mapping[str, Any], once: str | None = None) -> int | None:
    """Return the new row's number; None where there was one with the same values in the columns `once`.

    Raises `sqlite3.IntegrityError` where the table cannot hold the row.
    """
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join("?" * len(row))
    same = f" on conflict ({once}) do nothing" if once else ""
    done = db.execute(f"insert into {table} ({names}) values ({values}){same}", tuple(row.values()))
    return done.lastrowid if done.rowcount else None


def _stamp(at: datetime | None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
