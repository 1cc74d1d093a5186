"""The words that lint knows: what parts, workloads, faults, measures and evidence tables are installed."""

from functools import cache

from pydantic import ValidationError

from grader.brief.lint import mismatches as incident
from grader.measures import MEASURES
from grader.question import question
from labs.library.curriculum.load import curriculum
from scenarios.model import FaultUse
from scenarios.vocabulary import Broken, Columns, Tables, Vocabulary
from simulator.dirt import COLUMNS, DIRT
from simulator.dirt.check import check, delivered
from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import CORE, Table
from simulator.faults import FAULTS, PROCESS_FAULTS
from simulator.faults.base import problem
from simulator.faults.process import mismatch, outage_seconds
from simulator.parts import PARTS
from simulator.runtime.capabilities import unsupported
from simulator.workloads import WORKLOADS


def columns(table: Table) -> Columns:
    """A table's columns by name; those that the evidence reader adds to every table are not among them."""
    return {column.name: column.type for column in table.columns}


def _tables(tables: tuple[Table, ...]) -> Tables:
    return {table.name: columns(table) for table in tables}


def _strike(use: FaultUse, part: str | None) -> str | None:
    """Why a fault cannot strike that kind of part or its link, or a service or its traffic."""
    if use.service:
        return mismatch(use, PROCESS_FAULTS, part is not None)
    if len(use.kinds) == 1 and (name := next(iter(use.kinds))) in PROCESS_FAULTS:
        return f"{name} strikes processes, not links: write `service: {use.link}`"
    kind = PARTS[part] if part is not None else None
    return problem(use, kind.protocol if kind else "http", FAULTS, kind.speaks if kind else None)


def _denied(use: FaultUse, on: float, patience: float) -> float:
    """For how many seconds, of those that a fault is on, nobody gets an answer; mismatches are reported elsewhere."""
    name, given = next(iter(use.kinds.items()), ("", None))
    if not use.service or name not in PROCESS_FAULTS:
        return on
    kind = PROCESS_FAULTS[name]
    try:
        return outage_seconds(kind.hit(kind.params.model_validate(given)), on, patience)
    except ValidationError:
        return 0.0


def _runtimes(fault: str) -> dict[str, str]:
    """The runtimes that cannot carry out a fault, each with why."""
    needs = PROCESS_FAULTS[fault].needs if fault in PROCESS_FAULTS else None
    return dict(unsupported(needs)) if needs is not None else {}


def broken() -> tuple[Broken, ...]:
    """The plug-ins that cannot be used, of any kind."""
    registries = (PARTS, WORKLOADS, FAULTS, PROCESS_FAULTS, MEASURES, COLUMNS, DIRT)
    return tuple(one for registry in registries for one in registry.broken)


@cache
def vocabulary() -> Vocabulary:
    """Everything installed, in the form that the scenarios package takes it."""
    goals = curriculum().goals
    return Vocabulary(
        parts={name: kind.params for name, kind in PARTS.items()},
        workloads={name: kind.params for name, kind in WORKLOADS.items()},
        faults={n: k.params for n, k in FAULTS.items()} | {n: k.params for n, k in PROCESS_FAULTS.items()},
        measures={name: kind.params for name, kind in MEASURES.items()},
        units={name: kind.unit for name, kind in MEASURES.items()},
        tables=_tables((*CORE, STRUCK)),
        part_tables={name: _tables(kind.tables) for name, kind in PARTS.items()},
        workload_tables={name: _tables(kind.tables) for name, kind in WORKLOADS.items()},
        broken=broken(),
        accounts={name: frozenset(kind.accounts) for name, kind in WORKLOADS.items()},
        unbounded=frozenset(name for name, kind in MEASURES.items() if not kind.bounded),
        outage_faults=frozenset(n for faults in (FAULTS, PROCESS_FAULTS) for n, kind in faults.items() if kind.denies),
        outage_seconds=_denied,
        question=question,
        target_problem=_strike,
        process_faults=frozenset(PROCESS_FAULTS),
        runtimes=_runtimes,
        alone=frozenset(name for name, kind in PARTS.items() if kind.alone),
        protocols={name: kind.protocol for name, kind in PARTS.items()},
        columns={name: kind.params for name, kind in COLUMNS.items()},
        dirt={name: kind.params for name, kind in DIRT.items()},
        delivered=delivered,
        dataset_mismatches=check,
        skills=frozenset(goals.skills),
        gaps=frozenset(goals.gaps),
        incident=incident,
    )
