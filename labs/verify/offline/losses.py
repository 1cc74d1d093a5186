"""Around a correct deployment: each field of its answers, and each column that it writes, is lost.

A field whose loss moves no check is one that nobody reads: an error of the scenario.
"""

import random
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.report import Report
from labs.verify.offline.base import Heard, Told
from labs.verify.offline.changes import Source
from labs.verify.offline.learned import Learned
from labs.verify.offline.play import Change
from labs.verify.offline.rows import assign, cell, put, rows
from labs.verify.offline.stage import Asked
from simulator.workloads.decisions import Decision, Left

HOW = ("constant", "empty", "shuffled")
_EMPTY: Mapping[str, Any] = {"number": 0, "choice": None, "date": None, "text": "", "list": [], "key": ""}


@dataclass(frozen=True)
class Loss:
    """One field or column, and the ways in which it can be lost."""

    field: str
    changes: tuple[Change, ...]


def losses(source: Source) -> Iterator[Loss]:
    """Yield every field and column of what a scenario's workloads are told or left."""
    learned = source.learned
    assert learned is not None
    stage = source.stage
    for stream in stage.scenario.traffic:
        for line, decisions in stage.decisions(stream).answers.items():
            for decision in decisions:
                if decision.kind != "key":
                    yield Loss(decision.field, tuple(_lost(line, decision, learned, stage.seed)))
        for left in stage.decisions(stream).left:
            part = stage.part(stream, left.part)
            if part is not None:
                for column in left.columns:
                    name = f"{left.name}.{column}"
                    yield Loss(name, tuple(_column(part, left, column, how, stage.seed) for how in HOW))


def _lost(line: str, decision: Decision, learned: Learned, seed: int) -> Iterator[Change]:
    name, rng = decision.field, random.Random(f"{seed} {decision.field}")
    pool = [v for v in learned.values.get((line, name), []) if v is not None]
    if decision.kind != "date":
        # What is usual, as a constant; of dates it is a date that was right once.
        yield _says(f"{name} constant", line, name, lambda _told: learned.usual(line, decision))
    else:
        first: list[Any] = []

        def once(told: Told) -> Any:
            first.append((told.answer or {}).get(name))
            return first[0]

        yield _says(f"{name} constant", line, name, once)
    yield _says(f"{name} empty", line, name, lambda _told: _EMPTY[decision.kind])
    if pool and decision.kind != "date":
        yield _says(f"{name} shuffled", line, name, lambda _told: rng.choice(pool))
    if decision.kind == "date":
        said: list[Any] = []

        def another(told: Told) -> Any:
            said.append((told.answer or {}).get(name))
            return rng.choice(said)

        yield _says(f"{name} shuffled", line, name, another)


def _says(title: str, line: str, field: str, value: Callable[[Told], Any]) -> Change:
    def answer(asked: Asked, told: Told) -> Told:
        known = told.answer is not None and field in told.answer
        return told.saying(**{field: value(told)}) if asked.line == line and known else told

    return Change(title, f"`{field}` is lost.", answer)


def _column(part: str, left: Left, column: str, how: str, seed: int) -> Change:
    def leave(site: MutableMapping[str, Any], _heard: Sequence[Heard]) -> None:
        found = rows(site[part], left)
        values = [cell(row, column) for row in found]
        known = [value for value in values if value is not None]
        if how == "shuffled":
            random.Random(f"{seed} {left.name} {column}").shuffle(values)
        elif how == "constant":
            values = [known[0] if known else None] * len(values)
        else:
            values = [_nothing(value) for value in values]
        for row, value in zip(found, values, strict=True):
            assign(row, column, value)
        put(site, part, left, found)

    return Change(f"{left.name}.{column} {how}", f"Column `{column}` of the {left.name} is lost.", leave=leave)


def _nothing(value: Any) -> Any:
    """Return the emptiest value of the same type, as a column of a database or an object in JSON would have it."""
    return None if value is None else type(value)()


def moved(before: Report, after: Report) -> list[str]:
    """Return the checks that earn less than before."""
    known = {check.id: check for check in before.checks}
    return [
        check.id
        for check in after.checks
        if check.credit < known[check.id].credit - 1e-9
        or (known[check.id].verdict == "pass" and check.verdict != "pass")
    ]
