"""The words that lint knows: what parts, workloads, faults, measures and evidence tables are installed."""

from functools import cache

from grader.brief.lint import misfits as incident
from grader.measures import MEASURES
from grader.question import question
from scenarios.model import FaultUse
from scenarios.vocabulary import Columns, Tables, Vocabulary
from simulator.dirt import COLUMNS, DIRT
from simulator.dirt.check import check
from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import CORE, Table
from simulator.faults import FAULTS
from simulator.faults.base import problem
from simulator.parts import PARTS
from simulator.workloads import WORKLOADS


def columns(table: Table) -> Columns:
    """A table's columns by name; those that the evidence reader adds to every table are not among them."""
    return {column.name: column.type for column in table.columns}


def _tables(tables: tuple[Table, ...]) -> Tables:
    return {table.name: columns(table) for table in tables}


def _strike(use: FaultUse, part: str | None) -> str | None:
    """Why a fault cannot strike the link of that kind of part, or of a service's traffic."""
    kind = PARTS[part] if part is not None else None
    return problem(use, kind.protocol if kind else "http", FAULTS, kind.speaks if kind else None)


@cache
def vocabulary() -> Vocabulary:
    """Everything installed, in the form that the scenarios package takes it."""
    return Vocabulary(
        parts={name: kind.params for name, kind in PARTS.items()},
        workloads={name: kind.params for name, kind in WORKLOADS.items()},
        faults={name: kind.params for name, kind in FAULTS.items()},
        measures={name: kind.params for name, kind in MEASURES.items()},
        units={name: kind.unit for name, kind in MEASURES.items()},
        tables=_tables((*CORE, STRUCK)),
        part_tables={name: _tables(kind.tables) for name, kind in PARTS.items()},
        workload_tables={name: _tables(kind.tables) for name, kind in WORKLOADS.items()},
        denies=frozenset(name for name, kind in FAULTS.items() if kind.denies),
        question=question,
        strike=_strike,
        protocols={name: kind.protocol for name, kind in PARTS.items()},
        columns={name: kind.params for name, kind in COLUMNS.items()},
        dirt={name: kind.params for name, kind in DIRT.items()},
        misfits=check,
        incident=incident,
    )
