"""What is still missing before a version may get an alias, or a reviewer approves of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from simulator.parts.model_registry.params import Bound, Gate, Reviewer
from simulator.parts.model_registry.shelf import Card, Stored


def missing(gate: Gate, card: Card, version: Stored, now: datetime) -> list[str]:
    """Return what a gate still asks for, in words."""
    found = list(_unseen(gate, version))
    if version.approvals < gate.approvals:
        found.append(f"{gate.approvals} approvals, not {version.approvals}")
    for alias, long in gate.served.items():
        so_far = card.served(alias, version.number, now)
        if so_far < timedelta(seconds=long):
            found.append(f"{timedelta(seconds=long)} as {alias}, not {timedelta(seconds=int(so_far.total_seconds()))}")
    return found


def objections(reviewer: Reviewer, version: Stored) -> list[str]:
    """Return why a reviewer does not approve."""
    return list(_unseen(reviewer, version))


def _unseen(wanted: Gate | Reviewer, version: Stored) -> Iterator[str]:
    yield from _metrics(wanted.metrics, version.metrics)
    yield from (f"tag {name}" for name in wanted.tags if name not in version.tags)
    yield from (f"artefact {path}" for path in wanted.artefacts if path not in version.artefacts)


def _metrics(wanted: Mapping[str, Bound], there: Mapping[str, float]) -> Iterator[str]:
    for name, bound in wanted.items():
        value = there.get(name)
        if value is None:
            yield f"metric {name}"
        elif bound.least is not None and value < bound.least:
            yield f"metric {name} of at least {bound.least:g}, not {value:g}"
        elif bound.most is not None and value > bound.most:
            yield f"metric {name} of at most {bound.most:g}, not {value:g}"
