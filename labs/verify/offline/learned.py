"""What somebody could learn by heart from a lap of a correct deployment: usual answers, by what they are about."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from labs.verify.offline.base import Kept
from labs.verify.offline.stage import Stage
from simulator.workloads.decisions import Decision


@dataclass
class Learned:
    """The answers of one lap."""

    values: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    """By route and field."""
    tables: dict[tuple[str, str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    """By route, field and subject."""

    def usual(self, line: str, decision: Decision, subject: str | None = None) -> Any:
        """Return the mean of numbers, or the most frequent value; of a subject alone where it has one."""
        found = self.tables.get((line, decision.field, subject)) if subject is not None else None
        found = found or self.values.get((line, decision.field), [])
        return usual(found, decision)

    def constants(self, line: str, decision: Decision) -> dict[str, Any]:
        """Return by name what somebody clever would always say: of numbers mean and quartiles, else the commonest two.

        The names are the same with each seed, whatever the values are.
        """
        found = [one for one in self.values.get((line, decision.field), []) if one is not None]
        if not found:
            return {}
        if decision.kind == "number":
            quartiles = statistics.quantiles(found, n=4) if len(found) > 1 else found * 3
            values = (statistics.mean(found), *quartiles)
            return dict(zip(_NUMBERS, (round(float(value), 6) for value in values), strict=True))
        common = [_thawed(value) for value, _ in Counter(map(_frozen, found)).most_common(len(_COMMON))]
        return dict(zip(_COMMON, common, strict=False))


_NUMBERS = ("mean", "lower-quartile", "median", "upper-quartile")
_COMMON = ("commonest", "second-commonest")


def usual(found: Sequence[Any], decision: Decision) -> Any:
    """Return the mean of numbers, or the most frequent value; None where there is none."""
    found = [one for one in found if one is not None]
    if not found:
        return None
    if decision.kind == "number":
        return round(statistics.mean(found), 6)
    return _thawed(Counter(map(_frozen, found)).most_common(1)[0][0])


def learn(stage: Stage, lap: Kept) -> Learned:
    """Return what a lap teaches; a date is learnt as days after the request's."""
    found = Learned()
    for asked in stage.requests:
        told = lap.answers.get(asked.stream, {}).get(asked.intent.id)
        if told is None or told.answer is None or not 200 <= told.status < 300:
            continue
        about = stage.decisions(asked.stream).subject
        for decision in stage.decided(asked):
            if decision.field not in told.answer:
                continue
            value = told.answer[decision.field]
            if decision.kind == "date":
                value = days(asked.body, value)
            found.values[asked.line, decision.field].append(value)
            if about is not None:
                found.tables[asked.line, decision.field, str(asked.body.get(about))].append(value)
    return found


def days(asked: dict[str, Any] | Any, value: Any) -> int | None:
    """Return how many days a date is after the first date in the request."""
    for said in asked.values():
        try:
            return (date.fromisoformat(str(value)[:10]) - date.fromisoformat(str(said)[:10])).days
        except ValueError:
            continue
    return None


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _thawed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
