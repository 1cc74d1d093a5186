"""Ask a check's question of empty tables, so that lint can say what is wrong with it before anything runs."""

from functools import lru_cache
from threading import Lock
from typing import cast

import duckdb
from pydantic import ValidationError

from grader.answers import complaint_of, fill
from grader.checks import complaint, measure_of
from grader.context import EvidenceView, Unobservable
from grader.measures.sql import SqlParams
from scenarios.model import Check
from scenarios.rules.brief import CHECK as BRIEF
from scenarios.vocabulary import Columns, Params, TableColumns, Tables, UnknownWord
from simulator.evidence.reader import Evidence
from simulator.evidence.run import Calibration, MeanLedger
from simulator.evidence.tables import ADDED, EXAMINER, Column, Table, Type

_ASKING = Lock()
"""Held while asking: threads may lint at the same time, and a DuckDB connection answers one query at a time."""

CPU_LIMIT_S = 1.0
"""CPU seconds that a question may take on tables without rows."""

MEMORY_LIMIT = "256MB"
"""Memory that a question may use on them, so that lint of a stranger's folder stays small."""

_UNTOLD = "whoever fails could not be shown on which rows; read a table, too, of which a column is the customer's"

_Shape = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def question(check: Check, tables: Tables) -> str | None:
    """Return in one line what DuckDB rejects about a check's question; None when it can be asked.

    Unknown measures and invalid parameters are reported elsewhere: for those it returns None.
    """
    try:
        measure, params = measure_of(check)
    except (UnknownWord, ValidationError):
        return None
    with _ASKING:
        shape = tuple((name, tuple(columns.items())) for name, columns in tables.items())
        evidence = _empty(shape)
        try:
            with evidence.within(CPU_LIMIT_S):
                reads = measure.reads(evidence, params)
                if check.id != BRIEF and reads and not any(map(_told, (tables.get(name) for name in reads))):
                    return f"reads nothing that the customer has ({', '.join(sorted(reads))}): {_UNTOLD}"
                if isinstance(params, SqlParams):
                    # What a brief is asked is answered by the incident, which is there.
                    return complaint_of(evidence, _filled(shape), params, always=check.id != BRIEF)
                measure.take(EvidenceView(evidence, (), calibration=_calibration(params)), params)
        except duckdb.InterruptException:
            return f"takes more than {CPU_LIMIT_S:g} s of CPU, and there is no row in the tables yet"
        except duckdb.OutOfMemoryException:
            return f"takes more than {MEMORY_LIMIT} of memory, and there is no row in the tables yet"
        except (duckdb.Error, Unobservable) as error:
            return complaint(error)
    return None


def _told(columns: Columns | None) -> bool:
    """Whether a column of a table is the customer's; of one that nobody declared here, nobody knows."""
    return columns.told if isinstance(columns, TableColumns) else True


def _calibration(params: Params) -> Calibration:
    """Return a calibration for the accounts asked about: whether there is a real one does not matter here."""
    accounts = getattr(params, "accounts", None) or [""]
    ends = [MeanLedger(ledger=dict.fromkeys(accounts, amount)) for amount in (0.0, 1.0)]
    return Calibration(untouched=ends[0], reference=ends[1])


@lru_cache(maxsize=4)
def _empty(shape: _Shape) -> Evidence:
    """Return evidence without laps, in which every table of this shape is empty."""
    return Evidence(tables=_tables(shape), memory=MEMORY_LIMIT)


@lru_cache(maxsize=4)
def _filled(shape: _Shape) -> Evidence:
    """Return the same evidence with a few rows."""
    return fill(Evidence(tables=_tables(shape), memory=MEMORY_LIMIT))


def _tables(shape: _Shape) -> list[Table]:
    tables = []
    for name, given in shape:
        columns = tuple(Column(column, cast(Type, kind)) for column, kind in given if column not in ADDED)
        tables.append(Table(name, "", columns, columns[0].name, whose=EXAMINER))
    return tables
