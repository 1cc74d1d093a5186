"""Which code judges: digests of what plays exams and grades them, so that a proof can say what it was made with.

fingerprint()            of all of it, for what is measured of no scenario in particular
of_scenario(scenario)    of what plays and grades exams of this one: the rest may change, and its proof stays

Files are compared byte by byte, so that the same code has the same digest under every Python.
"""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import grader
import scenarios
import simulator
from labs.base.closure import Code, assigns
from scenarios.draws import Template
from scenarios.model import Scenario
from scenarios.variants import files
from scenarios.vocabulary import RegisteredKind

REGISTRIES = (
    "grader.measures", "simulator.dirt.columns", "simulator.dirt.kinds", "simulator.faults", "simulator.parts",
    "simulator.workloads",
)  # fmt: skip
"""Modules that list kinds; those that a scenario uses are counted one by one."""

ALWAYS = (
    "grader.grade", "simulator.box", "simulator.evidence", "simulator.field", "simulator.keeper",
    "simulator.parts.host", "simulator.runtime", "simulator.world",
)  # fmt: skip
"""Modules and whole packages that every exam runs in, and is graded by."""


CASES = "simulator.workloads.cases.kind"
"""The module that plays businesses which a scenario writes itself."""


@cache
def fingerprint() -> str:
    """Return 16 hex digits of SHA-256 over all files of `grader/` and `simulator/` but their texts for people."""
    every = []
    for package in (grader, simulator):
        root = _folder(package)
        every += [(f"{root.name}/{path.as_posix()}", root / path) for path in files(root) if path.suffix != ".md"]
    return _digest(every)


def of_scenario(scenario: Template) -> str:
    """Return the same over what an exam of this scenario runs: what always does, its kinds, and what they import.

    Raises `scenarios.vocabulary.UnknownWord` for a kind that is not installed.
    """
    code, names = _read(scenario)
    return _digest(code.files(names))


def modules(scenario: Template) -> frozenset[str]:
    """Return the modules that its digest is over. Raises as `of_scenario`."""
    return _read(scenario)[1]


def relevant(scenarios: Mapping[str, Template]) -> dict[str, frozenset[str]]:
    """By scenario, the files that not all of these use, as `simulator/parts/queue/part.py`. Raises as `of_scenario`."""
    each = {name: _read(scenario) for name, scenario in scenarios.items()}
    files = {name: {file for file, _ in code.files(names)} for name, (code, names) in each.items()}
    shared = set.intersection(*files.values()) if files else set()
    return {name: frozenset(own - shared) for name, own in files.items()}


def _read(scenario: Template) -> tuple[Code, frozenset[str]]:
    kinds = {id(kind): kind for drawn in scenario.covering() for kind in _kinds(drawn)}
    homes = {_home(kind) for kind in kinds.values()} | ({CASES} if scenario.business else set())
    code = _code(frozenset(home.partition(".")[0] for home in homes))
    always = (name for root in ALWAYS for name in code.within(root))
    return code, code.closure([*always, *homes])


def _digest(found: Iterable[tuple[str, Path]]) -> str:
    digest = hashlib.sha256()
    for name, path in found:
        data = path.read_bytes()
        digest.update(b"%s %d:" % (name.encode(), len(data)) + data)
    return digest.hexdigest()[:16]


def _folder(package: ModuleType) -> Path:
    return Path(str(package.__path__[0]))


@cache
def _code(tops: frozenset[str]) -> Code:
    """Ours, and the packages that brought a plug-in."""
    ours = {package.__name__: _folder(package) for package in (grader, scenarios, simulator)}
    brought = {name: Path(str(sys.modules[name].__file__)) for name in tops - ours.keys()}
    return Code(
        ours | {name: file.parent if file.name == "__init__.py" else file for name, file in brought.items()}, REGISTRIES
    )


def _kinds(scenario: Scenario) -> Iterator[RegisteredKind]:
    """Every part, workload, fault, measure, column and kind of dirt that it uses."""
    from grader.measures import MEASURES
    from simulator.faults import FAULTS, PROCESS_FAULTS
    from simulator.parts import PARTS
    from simulator.workloads import WORKLOADS

    yield from (PARTS[part.part] for part in scenario.site.values())
    # A business of the scenario's own is in its folder, and counts as the scenario does.
    installed = (flow.workload for flow in scenario.traffic.values() if flow.workload not in scenario.business)
    yield from (WORKLOADS[name] for name in installed)
    for use in (use for phase in scenario.phases for use in phase.faults):
        yield from (PROCESS_FAULTS[name] if use.service else FAULTS[name] for name in use.kinds)
    yield from (MEASURES["sql" if check.sql is not None else check.measure or ""] for check in scenario.checks)
    if scenario.datasets:
        yield from _of_data(scenario)


def _of_data(scenario: Scenario) -> Iterator[RegisteredKind]:
    """Yield the kinds of columns and dirt; one may have others inside, so any name counts, wherever it stands."""
    from simulator.dirt import COLUMNS, DIRT

    for word in {word for dataset in scenario.datasets.values() for word in _keys(dataset.model_dump())}:
        yield from (registry[word] for registry in (COLUMNS, DIRT) if word in registry)


def _keys(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield str(name)
            yield from _keys(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _keys(value)


def _home(kind: RegisteredKind) -> str:
    """Return the module that a kind is made in: of those that know it, the one that does not have it from another."""
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()):
            if value is kind and assigns(Path(str(module.__file__)), name):
                return module.__name__
    raise LookupError(f"no module says what {kind.name} is")
