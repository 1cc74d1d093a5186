"""Degenerate deployments, generated from what a workload declares that one decides.

Each change makes one decision the way somebody does who is lazy or cunning: always the same, by dice, as last time, by
heart, by the clock, for one group of people, right only while somebody looks. All else stays as it was.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from labs.verify.offline.base import Told, later
from labs.verify.offline.learned import Learned, usual
from labs.verify.offline.play import Change
from labs.verify.offline.stage import Asked, Stage
from simulator.workloads.decisions import Decision

Value = Callable[[Asked, Told], Any]
NEARLY = 0.97
"""Share of the time-out after which somebody answers who never hurries."""
FIRST = 0.1
"""Share of the lap in which somebody does it right who thinks that nobody looks later."""
MOST_GROUPS = 3


@dataclass(frozen=True)
class Source:
    """What changes are made of."""

    stage: Stage
    learned: Learned | None = None
    """What is usual in this lap; None where nobody has seen a correct deployment."""
    elsewhere: Learned | None = None
    """What was learnt by heart in a lap of another seed."""


def of_answers(source: Source) -> Iterator[Change]:
    """Yield every change of one decision, route by route."""
    for stream in source.stage.scenario.traffic:
        for line, decisions in source.stage.decisions(stream).answers.items():
            for decision in decisions:
                if decision.kind != "key":
                    yield from _of(source, stream, line, decision)
    yield from _in_time(source.stage)


def _of(source: Source, stream: str, line: str, decision: Decision) -> Iterator[Change]:
    name = decision.field
    named = _constants(source, line, decision)
    constants = list(named.values())

    def says(how: str, about: str, value: Value, when: Callable[[Asked], bool] = lambda _asked: True) -> Change:
        return Change(f"{name}{how}", about, _answering(line, decision, value, when))

    for title, value in named.items():
        yield says(f"={title}", f"`{name}` is always the same.", _always(value))
    yield says("=random", f"`{name}` by dice, as often as each is usual.", _dice(source, line, decision))
    if decision.kind in ("number", "text"):
        yield says("=echo", f"`{name}` repeats something of the request.", _echo(decision))
    yield says("=as-yesterday", f"`{name}` as it was told the last time.", _yesterday(source, stream, decision))
    if source.learned is not None and constants:
        about = f"`{name}` is right for the first tenth, then usual."
        yield says("=right-at-first", about, _always(constants[0]), _later(source.stage.plan.traffic_ends * FIRST))
    if decision.kind == "choice" and len(constants) > 1:
        half = source.stage.plan.traffic_ends / 2
        first, second = constants[:2]
        for a, b in ((first, second), (second, first)):
            yield says(f"={shown(a)}-then-{shown(b)}", f"`{name}` changes at a fixed second.", _then(a, b, half))
    if source.elsewhere is not None:
        yield says("=by-heart", f"`{name}` from a table learnt in a lap of another seed.", _heart(source, decision))
    yield from _grouped(source, stream, line, decision, constants)


def _grouped(source: Source, stream: str, line: str, decision: Decision, constants: Iterable[Any]) -> Iterator[Change]:
    """Yield always and never for each group of those who ask, where the rest is treated as before."""
    if decision.kind != "choice" or source.learned is None:
        return
    for group in source.stage.decisions(stream).groups:
        for member in _members(source.stage, stream, group)[:MOST_GROUPS]:
            for value in list(constants)[:2]:
                yield Change(
                    f"{decision.field}={shown(value)} where {group}={shown(member)}",
                    f"`{decision.field}` is always the same for one group.",
                    _answering(line, decision, _always(value), _is(group, member)),
                )


def _later(at: float) -> Callable[[Asked], bool]:
    return lambda asked: asked.intent.at >= at


def _then(first: Any, second: Any, at: float) -> Value:
    return lambda asked, _told: first if asked.intent.at < at else second


def _is(group: str, member: Any) -> Callable[[Asked], bool]:
    return lambda asked: bool(asked.body.get(group) == member)


def _members(stage: Stage, stream: str, group: str) -> list[Any]:
    found = [asked.body.get(group) for asked in stage.requests if asked.stream == stream]
    return sorted(dict.fromkeys(found), key=str)


def _answering(
    line: str, decision: Decision, value: Value, when: Callable[[Asked], bool]
) -> Callable[[Asked, Told], Told]:
    def answer(asked: Asked, told: Told) -> Told:
        if asked.line != line or told.answer is None or not when(asked):
            return told
        said = value(asked, told)
        if decision.kind == "date" and isinstance(said, int):
            said = later(asked.body, said)
        return told.saying(**{decision.field: said})

    return answer


def _constants(source: Source, line: str, decision: Decision) -> dict[str, Any]:
    """Return what is always said, by name: learnt values first, because they are the usual ones."""
    declared = {shown(value): _hashable(value) for value in decision.values}
    if decision.kind == "choice":
        return declared
    learned = source.learned.constants(line, decision) if source.learned else {}
    found = {name: _hashable(value) for name, value in learned.items()} | declared
    if decision.kind == "text":
        found["lorem-ipsum"] = "Lorem ipsum dolor sit amet."
    if decision.kind == "list":
        found["[]"] = ()
    return found


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _always(value: Any) -> Value:
    return lambda _asked, _told: list(value) if isinstance(value, tuple) else value


def _dice(source: Source, line: str, decision: Decision) -> Value:
    rng = random.Random(f"{source.stage.seed} {decision.field}")
    known = source.learned.values.get((line, decision.field), []) if source.learned else []
    known = known or list(decision.values) or [None]
    return lambda _asked, _told: rng.choice(known)


def _echo(decision: Decision) -> Value:
    def value(asked: Asked, _told: Told) -> Any:
        if decision.kind == "number":
            return next(numbers(asked.body), 0.0)
        return next((v for v in asked.body.values() if isinstance(v, str)), "")

    return value


def numbers(value: Any) -> Iterator[float]:
    """Yield every number within some JSON, in order."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for one in inner:
        yield from numbers(one)


def _yesterday(source: Source, stream: str, decision: Decision) -> Value:
    """Return what was said in the same matter the time before; the first time, what is right."""
    about = source.stage.decisions(stream).subject
    last: dict[str, Any] = {}

    def value(asked: Asked, told: Told) -> Any:
        assert told.answer is not None
        subject = str(asked.body.get(about)) if about else ""
        said = told.answer.get(decision.field)
        before = last.get(subject, said)
        last[subject] = said
        return before

    return value


def _heart(source: Source, decision: Decision) -> Value:
    def value(asked: Asked, _told: Told) -> Any:
        assert source.elsewhere is not None
        about = source.stage.decisions(asked.stream).subject
        return source.elsewhere.usual(asked.line, decision, str(asked.body.get(about)) if about else None)

    return value


def _in_time(stage: Stage) -> Iterator[Change]:
    def late(asked: Asked, told: Told) -> Told:
        return replace(told, done_at=max(told.done_at, asked.intent.at + NEARLY * asked.timeout))

    def late_unseen(asked: Asked, told: Told) -> Told:
        return told if stage.plan.span(asked.intent.at).graded else late(asked, told)

    def silent_unseen(asked: Asked, told: Told) -> Told:
        return told if stage.plan.span(asked.intent.at).graded else Told(asked.intent.at, lost="error")

    yield Change("late", "Every answer comes just before the time-out.", late)
    if any(not span.graded for span in stage.plan.spans[:-1]):
        yield Change("late-unwatched", "The same, in phases that are not graded alone.", late_unseen)
        yield Change("closed-unwatched", "No answer in phases that are not graded.", silent_unseen)


def shown(value: Any) -> str:
    """Return a value as part of a name."""
    if value is None:
        return "null"
    if isinstance(value, tuple | list):
        return "+".join(map(str, value)) or "[]"
    text = str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 24 else f"{text[:23]}…"


__all__ = ["Change", "Source", "of_answers", "usual"]
