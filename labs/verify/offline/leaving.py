"""Degenerate side effects: done for everybody, for nobody, twice, once and never again, and alarms by the clock."""

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any

from labs.verify.offline.base import Heard
from labs.verify.offline.changes import FIRST
from labs.verify.offline.play import Change, Leaving
from labs.verify.offline.rows import cell, made_up, put, rows
from labs.verify.offline.stage import Stage
from simulator.workloads.decisions import Left

MOST_ALARMS = 500


def of_side_effects(stage: Stage, elsewhere: Mapping[str, Any] | None = None) -> Iterator[Change]:
    """Yield every change of what is left; `elsewhere` is the final state of a lap of another seed."""
    for stream in stage.scenario.traffic:
        for left in stage.decisions(stream).left:
            part = stage.part(stream, left.part)
            if part is not None:
                yield from _of(stage, stream, part, left, elsewhere)


def _of(stage: Stage, stream: str, part: str, left: Left, elsewhere: Mapping[str, Any] | None) -> Iterator[Change]:
    def change(how: str, about: str, leave: Leaving) -> Change:
        return Change(f"{left.name}: {how}", about, leave=leave)

    yield change("none", f"No {left.name} at all.", _cut(part, left, 0))
    yield change("once", f"One of the {left.name}, and never again.", _cut(part, left, 1))
    yield change("right-at-first", f"The {left.name} of the first tenth, and none later.", _share(part, left, FIRST))
    yield change("twice", f"All {left.name} twice.", _twice(part, left))
    if left.case is not None:
        yield change("everybody", f"{left.name.capitalize()} for everybody.", _everybody(stream, part, left))
    if left.alarm and left.time is not None:
        plan = stage.plan
        starts, ends = plan.sim(0.0), plan.sim(plan.traffic_ends)
        half = starts + (ends - starts) / 2
        yield change("at-once", "An alarm as soon as it begins.", _at(part, left, [starts + timedelta(days=1)]))
        yield change("at-half-time", "An alarm at a fixed second, in the middle.", _at(part, left, [half]))
        days = min(int((ends - starts).total_seconds() // 86400), MOST_ALARMS)
        yield change("daily", "An alarm a day.", _at(part, left, [starts + timedelta(days=d) for d in range(1, days)]))
        if elsewhere is not None:
            known = deepcopy(rows(elsewhere[part], left))
            yield change("by-heart", "The alarms of a lap of another seed.", _as(part, left, known))


def _cut(part: str, left: Left, most: int) -> Leaving:
    return lambda site, _heard: put(site, part, left, rows(site[part], left)[:most])


def _share(part: str, left: Left, share: float) -> Leaving:
    def leave(site: MutableMapping[str, Any], _heard: Sequence[Heard]) -> None:
        found = rows(site[part], left)
        put(site, part, left, found[: round(len(found) * share)])

    return leave


def _twice(part: str, left: Left) -> Leaving:
    def leave(site: MutableMapping[str, Any], _heard: Sequence[Heard]) -> None:
        found = rows(site[part], left)
        put(site, part, left, [*found, *deepcopy(found)])

    return leave


def _as(part: str, left: Left, known: Sequence[Mapping[str, Any]]) -> Leaving:
    return lambda site, _heard: put(site, part, left, deepcopy(list(known)))


def _at(part: str, left: Left, times: Sequence[Any]) -> Leaving:
    texts = {name: said for name, said in left.columns.items() if name != left.time}
    return _as(part, left, [{**texts, str(left.time): time.isoformat()} for time in times])


def _everybody(stream: str, part: str, left: Left) -> Leaving:
    """Whoever has a row already keeps it; the others get one made of request and answer."""

    def leave(site: MutableMapping[str, Any], heard: Sequence[Heard]) -> None:
        found = rows(site[part], left)
        known = {cell(row, str(left.case)) for row in found}
        for one in heard:
            if one.asked.stream != stream or one.told.answer is None:
                continue
            row = made_up(left, one)
            if cell(row, str(left.case)) not in known:
                known.add(cell(row, str(left.case)))
                found.append(row)
        put(site, part, left, found)

    return leave
