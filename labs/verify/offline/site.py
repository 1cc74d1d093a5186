"""The final state of parts without a world: what arrived by itself, and what a service desk makes of cases."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labs.verify.offline.stage import Stage
from simulator import gate, seeds
from simulator.clock import Clock, Timeline
from simulator.evidence.recorder import Recorder
from simulator.field import phases
from simulator.parts import PARTS
from simulator.parts.base import Lap

DESK, DROP = "service-desk", "sftp-drop"


class Nothing(dict[str, Any]):
    """The final state of a part that nobody was in touch with: whatever is looked for, there is none."""

    def __missing__(self, _key: str) -> "Nothing":
        return Nothing()


def untouched(stage: Stage) -> dict[str, Any]:
    """Return every part's final state after a lap in which the deployment spoke to none."""
    found: dict[str, Any] = {name: Nothing() for name in stage.scenario.site}
    for name, part in stage.scenario.site.items():
        if part.part == DROP:
            found[name] = {"delivered": [], "arrived": list(_arrived(stage, name))}
    return found


def _arrived(stage: Stage, name: str) -> Iterator[dict[str, Any]]:
    """Yield the files that come whether anybody reads them or not, as the part tells of them."""
    from simulator.parts.sftp_drop.arrivals import Source, arrivals

    params = PARTS[DROP].params.model_validate(stage.scenario.site[name].with_)
    feeds = params.feeds  # type: ignore[attr-defined]  # this kind's parameters
    sources = {
        feed_name: Source.of(stage.data[feed.data], [*feed.split, *([feed.time] if feed.time else [])])
        for feed_name, feed in feeds.items()
        if feed.data is not None
    }
    for one in arrivals(feeds, stage.plan, seeds.child(stage.seed, "site", name), sources):
        if one.ends < stage.plan.spans[-1].ends:
            free_at = max(one.ends, one.locked_until)
            yield {"path": one.path, "feed": one.feed, "data": feeds[one.feed].data, "kind": one.kind, "at": one.ends,
                   "free_at": free_at, "rows": one.rows, "numbers": list(one.numbers)}  # fmt: skip


class _Steered(Clock):
    """A clock that stands where it is told to."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(timeline, 0.0)
        self.stands_at = 0.0

    def at(self) -> float:
        return self.stands_at


@dataclass(frozen=True)
class Case:
    """A packet that reaches a service desk at wall second `at`."""

    at: float
    packet: Mapping[str, Any]


def desk(stage: Stage, name: str, cases: Iterable[Case], folder: Path) -> dict[str, Any]:
    """Return the final state of a service desk to which these cases came, and write its evidence into `folder`.

    It is the part's own code that decides who is served, and when.
    """
    kind = PARTS[DESK]
    for table in kind.tables:
        for file in folder.rglob(f"{table.name}.*.jsonl"):
            file.unlink()
    clock = _Steered(stage.plan)
    changes = [
        (span.begins, phases.settings(stage.scenario, number).get(name, {}))
        for number, span in enumerate(stage.plan.spans[:-1])
    ]
    first = kind.params.model_validate(changes[0][1])
    with Recorder(folder, "site", tables=kind.tables) as recorder:
        lap = Lap(seeds.child(stage.seed, "site", name), clock, recorder, stage.data)
        day: Any = kind.make(name, first).serve(lap)  # type: ignore[attr-defined]  # a part on HTTP
        due = changes[1:]
        for case in sorted(cases, key=lambda one: one.at):
            while due and due[0][0] <= case.at:
                clock.stands_at, params = due.pop(0)
                day.configure(kind.params.model_validate(params))
            clock.stands_at = case.at
            packet = dict(case.packet)
            day.take(packet, len(gate.dumps(packet)))
        clock.stands_at = stage.plan.spans[-1].ends
        state: dict[str, Any] = day.settle()
    return state
