"""The words that lint knows: what parts, workloads, faults, measures and evidence tables are installed."""

from collections import ChainMap
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ValidationError

from grader.measures import MEASURES
from grader.question import question
from labs.library.curriculum.load import curriculum
from scenarios.businesses import Written
from scenarios.model import DatasetSpec, FaultUse, Scenario
from scenarios.problems import Problem
from scenarios.vocabulary import (
    Around,
    Broken,
    Columns,
    Mismatch,
    Registry,
    TableColumns,
    Tables,
    Those,
    Told,
    Vocabulary,
    W,
)
from simulator.dirt import COLUMNS, DIRT
from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import CORE, CUSTOMER, Table
from simulator.faults import FAULTS, PROCESS_FAULTS
from simulator.faults.base import problem
from simulator.faults.process import mismatch, outage_seconds
from simulator.parts import PARTS
from simulator.runtime.capabilities import unsupported
from simulator.workloads import WORKLOADS
from simulator.workloads.kinds import kinds

Specs = Mapping[str, DatasetSpec]


def columns(table: Table) -> Columns:
    """Return a table's columns by name; those that the evidence reader adds to every table are not among them."""
    kinds = {column.name: column.type for column in table.columns}
    return TableColumns(kinds, told=any(column.whose == CUSTOMER for column in table.columns))


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
    """Return the runtimes that cannot carry out a fault, each with why."""
    needs = PROCESS_FAULTS[fault].needs if fault in PROCESS_FAULTS else None
    return dict(unsupported(needs)) if needs is not None else {}


def broken() -> tuple[Broken, ...]:
    """Return the plug-ins that cannot be used, of any kind."""
    registries = (PARTS, WORKLOADS, FAULTS, PROCESS_FAULTS, MEASURES, COLUMNS, DIRT)
    return tuple(one for registry in registries for one in registry.broken)


def _dataset_mismatches(specs: Specs) -> Iterable[Mismatch]:
    """Return what datasets say of each other and of their columns that does not hold."""
    if not specs:
        return ()
    # Late, because NumPy takes its time and most scenarios have no data.
    from simulator.dirt.check import check

    return check(specs)


def _delivered(specs: Specs, name: str) -> frozenset[str]:
    """Return the columns of a dataset as its readers get it."""
    from simulator.dirt.check import delivered

    return delivered(specs, name)


def _incident(scenario: Scenario, folder: Path) -> Iterable[Mismatch]:
    """Return what the `brief` block says that does not hold of the incident."""
    from grader.brief.lint import mismatches

    return mismatches(scenario, folder)


def _changed_fields(scenario: Scenario, use: FaultUse, around: Around) -> Iterable[Mismatch]:
    """Fields that a fault changes and that no answer over its link has."""
    # Late: few scenarios have such a fault.
    from labs.library.answers import lacking

    return lacking(scenario, use, around)


def _widened(words: Vocabulary, scenario: Scenario) -> Vocabulary:
    """Return the words, and those of the businesses that the scenario writes itself."""
    if not scenario.business:
        return words
    own = kinds(scenario, {})
    return replace(
        words,
        workloads=ChainMap({n: kind.params for n, kind in own.items()}, words.workloads),  # type: ignore[arg-type]
        workload_tables=ChainMap({n: _tables(kind.tables) for n, kind in own.items()}, words.workload_tables),  # type: ignore[arg-type]
        accounts=ChainMap({n: frozenset(kind.accounts) for n, kind in own.items()}, words.accounts),  # type: ignore[arg-type]
    )


def _business(written: Written, scenario: Scenario) -> Iterable[Problem]:
    """Return what is wrong with a business of the scenario's own."""
    # Late, because NumPy and DuckDB take their time and most scenarios have no business of their own.
    from simulator.workloads.cases.lint import lint

    return lint(written, scenario)


@cache
def vocabulary() -> Vocabulary:
    """Everything installed, in the form that the scenarios package takes it; each kind is loaded when it is used."""
    goals = curriculum().goals
    return Vocabulary(
        parts=_params(PARTS),
        workloads=_params(WORKLOADS),
        faults=ChainMap(_params(FAULTS), _params(PROCESS_FAULTS)),  # type: ignore[arg-type]  # nobody writes to it
        measures=_params(MEASURES),
        units=Told(MEASURES, lambda kind: kind.unit),
        tables=_tables((*CORE, STRUCK)),
        part_tables=Told(PARTS, lambda kind: _tables(kind.tables)),
        workload_tables=Told(WORKLOADS, lambda kind: _tables(kind.tables)),
        broken=broken,
        accounts=Told(WORKLOADS, lambda kind: frozenset(kind.accounts)),
        unbounded=Those(MEASURES, lambda kind: not kind.bounded),
        outage_faults=_OutageFaults(),
        outage_seconds=_denied,
        question=question,
        target_problem=_strike,
        part_mismatches=lambda part, params, around: PARTS[part].mismatches(params, around),
        changed_fields=_changed_fields,
        process_faults=PROCESS_FAULTS,
        runtimes=_runtimes,
        alone=Those(PARTS, lambda kind: kind.alone),
        protocols=Told(PARTS, lambda kind: kind.protocol),
        columns=_params(COLUMNS),
        dirt=_params(DIRT),
        delivered=_delivered,
        dataset_mismatches=_dataset_mismatches,
        skills=frozenset(goals.skills),
        gaps=frozenset(goals.gaps),
        installed=WORKLOADS,
        widened=_widened,
        business=_business,
        incident=_incident,
    )


def _params(kinds: Registry[W]) -> Mapping[str, type[BaseModel]]:
    return Told(kinds, lambda kind: kind.params)


class _OutageFaults(Container[str]):
    """The names of the faults whose victims get no answer that counts as one."""

    def __contains__(self, name: object) -> bool:
        links, processes = Those(FAULTS, lambda kind: kind.denies), Those(PROCESS_FAULTS, lambda kind: kind.denies)
        return name in links or name in processes
