"""Which limits in the parameters of its parts an exam came up against, as its evidence says."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios.model import Scenario
from simulator.evidence.reader import Evidence
from simulator.parts import PARTS


def bitten(scenario: Scenario, evidence: Path) -> dict[str, bool]:
    """Return by limit, as `site.erp.lockout`, whether it held anybody up: those that the author wrote down.

    Raises `EvidenceError` where the evidence cannot be read.
    """
    with Evidence(evidence) as read:
        return {
            f"site.{part}.{limit}": read.ask(f"select count(*) from {shown.table} where part = '{part}' and {shown.by}")
            != [(0,)]
            for part, use in scenario.site.items()
            for limit, shown in PARTS[use.part].limits.items()
            if any(_written(limit, given) for given in _given(scenario, part))
        }


def _given(scenario: Scenario, part: str) -> Iterator[Mapping[str, Any]]:
    """Yield the parameters that the author gives a part, from the beginning and by phase."""
    yield scenario.site[part].with_
    yield from (phase.set[part] for phase in scenario.phases if part in phase.set)


def _written(limit: str, given: Mapping[str, Any]) -> bool:
    value: Any = given
    for name in limit.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value is not None
