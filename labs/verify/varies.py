"""What comes out the same for every seed: who knows it by heart needs to read nothing. No world is brought up for it.

A column, a ratio between two columns, a constant of the site or the traffic, the time of a phase, of a fault or of a
drift. What must not vary is declared in the scenario, with the reason: `constant: {site.erp.sessions: "a licence"}`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import combinations
from typing import TYPE_CHECKING, Any

from scenarios.draws import Template
from scenarios.model import Phase, Scenario
from scenarios.ranges import is_quantity
from simulator.clock import Timeline, timeline
from simulator.drawing import drawn
from simulator.field.phases import fault_schedule

if TYPE_CHECKING:
    from simulator.dirt import Dataset

SEEDS = (1, 2, 3, 4, 5)
FEW = 12
"""Most different values of a column that are a vocabulary, which may be learnt by heart."""
RATIOS = 3
"""Most different ratios between two columns that are a rule, and no chance."""
ROWS = 500
"""Rows that are compared."""

Known = dict[str, tuple[Any, str]]
"""What one seed makes, by name: something to compare, and how it is shown."""


@dataclass(frozen=True)
class Same:
    """Something that was the same for all seeds."""

    name: str
    says: str
    """What it was."""
    because: str | None
    """Why it must be so, as the scenario says; None: nobody said why."""


@dataclass(frozen=True)
class Varies:
    """What several seeds have in common."""

    seeds: tuple[int, ...]
    compared: int
    """How many things were looked at."""
    same: tuple[Same, ...]
    idle: tuple[str, ...]
    """Names under `constant` that nothing has, or that vary after all."""

    @property
    def findings(self) -> list[Same]:
        """What is the same, and nobody said why."""
        return [one for one in self.same if one.because is None]


def varies(template: Template, seeds: Sequence[int] = SEEDS) -> Varies:
    """Return what is the same in the laps of all these seeds, in the order of the scenario.

    Raises `simulator.dirt.datasets.DataFailed` where data cannot be made.
    """
    known = [_known(drawn(template, seed), seed) for seed in seeds]
    names = [name for name in known[0] if all(name in one for one in known)]
    equal = [name for name in names if all(one[name][0] == known[0][name][0] for one in known)]
    # The values of a column that is the same in every row are the same, too.
    equal = [name for name in equal if name.removesuffix(_VALUES) == name or name.removesuffix(_VALUES) not in equal]
    same = tuple(Same(name, known[0][name][1], _reason(template.constant, name)) for name in equal)
    idle = tuple(key for key in template.constant if not any(fnmatchcase(name, key) for name in equal))
    return Varies(tuple(seeds), len(names), same, idle)


_VALUES = ".values"


def _reason(constant: Mapping[str, str], name: str) -> str | None:
    return next((why for key, why in constant.items() if fnmatchcase(name, key)), None)


def _known(scenario: Scenario, seed: int) -> Known:
    line = timeline(scenario)
    found: Known = {"clock.starts": (scenario.clock.starts, scenario.clock.starts.isoformat())}
    found |= _data(scenario, seed, line)
    for name, part in scenario.site.items():
        found |= _leaves(f"site.{name}", part.with_)
    for name, flow in scenario.traffic.items():
        found[f"traffic.{name}.rate"] = (flow.rate, f"{flow.rate:g}/s")
        found |= _leaves(f"traffic.{name}", flow.with_)
    return found | _phases(scenario, line)


def _leaves(name: str, value: Any) -> Known:
    """Return the numbers, quantities and times in a block of parameters; names and texts are no facts to learn."""
    if isinstance(value, dict):
        return {key: one for word, child in value.items() for key, one in _leaves(f"{name}.{word}", child).items()}
    if isinstance(value, list):
        return {key: one for n, child in enumerate(value) for key, one in _leaves(f"{name}.{n}", child).items()}
    number = isinstance(value, int | float) and not isinstance(value, bool)
    quantity = isinstance(value, str) and is_quantity(value)
    return {name: (value, str(value))} if number or quantity else {}


def _phases(scenario: Scenario, line: Timeline) -> Known:
    found: Known = {}
    spans = {span.name: span for span in line.spans}
    changes = fault_schedule(scenario, line)
    for number, phase in enumerate(scenario.phases):
        name, span = f"phases.{phase.name}", spans[phase.name]
        if phase.graded:
            lasts = round(span.ends - span.begins, 3)
            found[f"{name}.begins"] = (round(span.begins, 3), f"second {span.begins:g} of the lap")
            found[f"{name}.begins.sim"] = (span.sim_begins, f"{span.sim_begins:%Y-%m-%d %H:%M}")
            found[f"{name}.lasts"] = (lasts, f"{lasts:g} s")
        for place in range(len(phase.faults)):
            on = [c.at for c in changes[number] if any((f.phase, f.number) == (phase.name, place) for f in c.faults)]
            if on:
                found[f"{name}.faults.{place}.begins"] = (round(on[0], 3), f"second {on[0]:g} of the lap")
        found |= _parameters(name, phase)
    return found


def _parameters(name: str, phase: Phase) -> Known:
    found: Known = {}
    for place, use in enumerate(phase.faults):
        found |= _leaves(f"{name}.faults.{place}", use.kinds)
        if use.share < 1:
            found[f"{name}.faults.{place}.share"] = (use.share, f"{use.share:.3g} of the requests")
    for part, changes in phase.set.items():
        found |= _leaves(f"{name}.set.{part}", changes)
    return found


def _data(scenario: Scenario, seed: int, line: Timeline) -> Known:
    if not scenario.datasets:
        return {}
    # Late, because NumPy takes its time and some scenarios have no data.
    from simulator.dirt import Datasets

    found: Known = {}
    for name, data in Datasets(scenario.datasets, seed, scenario.clock.starts).items():
        found[f"datasets.{name}.rows"] = (data.spec.rows, str(data.spec.rows))
        for column, text in _columns(data):
            found[f"datasets.{name}.{column}"] = text
        for number, row in enumerate(data.changes(line.when)):
            when = row["sim"], row["at"]
            found[f"datasets.{name}.drift.{number}.date"] = (when[0], f"{row['column']} on {when[0]}")
            found[f"datasets.{name}.drift.{number}.second"] = (
                when[1],
                f"{row['column']} in second {when[1]} of the lap",
            )
        for number, dirt in enumerate(data.spec.dirt):
            found |= _leaves(f"datasets.{name}.dirt.{number}", dirt.kinds)
    return found


def _columns(data: "Dataset") -> Iterator[tuple[str, tuple[Any, str]]]:
    """Yield each column but those that name rows, its few values, and few ratios between two columns of numbers."""
    numbers: dict[str, list[float]] = {}
    for name, use in data.spec.columns.items():
        if name == data.key or "sequence" in use.kinds:
            continue
        values = data.clean[name][:ROWS].tolist()
        distinct = set(values)
        yield name, (tuple(values), f"the same in each row: {_some(values)}")
        if len(distinct) <= FEW and not distinct <= {True, False}:
            yield f"{name}{_VALUES}", (frozenset(distinct), f"always {len(distinct)} values: {_some(sorted(distinct))}")
        if data.clean[name].dtype.kind in "if" and len(distinct) > 1:
            numbers[name] = [float(value) for value in values]
    for one, other in combinations(numbers, 2):
        pairs = zip(numbers[one], numbers[other], strict=True)
        ratios = {round(a / b, 6) for a, b in pairs if b} if any(numbers[other]) else set()
        if 0 < len(ratios) <= RATIOS:
            yield f"{one}/{other}", (frozenset(ratios), f"always {_some(sorted(ratios))}")


def _some(values: Sequence[Any]) -> str:
    shown = ", ".join(str(value) for value in values[:3])
    return f"{shown}, …" if len(values) > 3 else shown
