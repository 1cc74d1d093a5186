"""Hold one exam without a world: everything is asked, judged and settled as in one, and graded by the real grader."""

import heapq
import itertools
import json
import tempfile
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from grader.grade import grade
from grader.report import Report
from labs.verify.offline import site as parts
from labs.verify.offline.base import Base, Heard, Told
from labs.verify.offline.rows import follow
from labs.verify.offline.stage import Asked, Stage
from simulator.evidence import listing
from simulator.evidence.recorder import Recorder
from simulator.evidence.run import EvidenceMissing
from simulator.files import write_json
from simulator.workloads.base import Intent, Reply, Workload

Answering = Callable[[Asked, Told], Told]
"""Changes the answer to a request."""


Leaving = Callable[[MutableMapping[str, Any], Sequence[Heard]], None]
"""Changes, in place, what is left in the customer's systems after all those answers."""


@dataclass(frozen=True)
class Change:
    """One way in which a deployment is not what it was."""

    name: str
    about: str = ""
    answer: Answering | None = None
    leave: Leaving | None = None


@dataclass
class _Lap:
    stage: Stage
    base: Base
    changes: Sequence[Change]
    recorder: Recorder
    workloads: Mapping[str, Workload]
    heard: list[Heard] = field(default_factory=list)
    altered: int = 0
    """Answers, and then the final state, that are not what they were."""
    _due: list[tuple[float, int, str, Asked, Told | None]] = field(default_factory=list)
    _number: "itertools.count[int]" = field(default_factory=itertools.count)

    def run(self) -> None:
        """Ask everything, in order of time; an answer is judged when it has arrived."""
        for stream, workload in self.workloads.items():
            for intent in workload.intents():
                self._intend(stream, intent)
        while self._due:
            at, _, stream, asked, told = heapq.heappop(self._due)
            if told is None:
                told = self._answer(asked)
                over = told.done_at if told.lost is None else max(told.done_at, at)
                heapq.heappush(self._due, (max(over, at), next(self._number), stream, asked, told))
            else:
                self._judge(stream, asked, told)

    def _intend(self, stream: str, intent: Intent) -> None:
        asked = self.stage.asked(stream, intent)
        heapq.heappush(self._due, (intent.at, next(self._number), stream, asked, None))

    def _answer(self, asked: Asked) -> Told:
        known = told = self.base.told(asked)
        for change in self.changes:
            if change.answer is not None and told.lost is None:
                told = change.answer(asked, told)
        self.altered += told != known
        return told

    def _judge(self, stream: str, asked: Asked, told: Told) -> None:
        workload, intent = self.workloads[stream], asked.intent
        self.heard.append(Heard(asked, told))
        sent_at = told.sent_at if told.sent_at is not None else intent.at
        row: dict[str, Any] = {"id": intent.id, "stream": stream, "key": intent.key, "intended_at": intent.at}
        late = told.lost is None and told.done_at > intent.at + asked.timeout
        if told.lost is not None or late:
            outcome = cast(Literal["timeout", "error", "unsent"], told.lost or "timeout")
            workload.unanswered(intent, outcome)
            self.recorder.write("requests", {**row, "sent_at": sent_at, "outcome": outcome, "detail": None})
            return
        judged = workload.judge(intent, Reply(sent_at, told.done_at, told.status, told.raw))
        self.recorder.write("requests", {**row, "sent_at": sent_at, "done_at": told.done_at, "status": told.status,
                                         "outcome": judged.outcome, "detail": judged.detail})  # fmt: skip
        for following in judged.then:
            self._intend(stream, following)

    def settle(self, folder: Path) -> None:
        """Let the customer look at what is left."""
        known = self.base.site(self.stage)
        state: dict[str, Any] = parts.untouched(self.stage) if known is None else deepcopy(dict(known))
        before = deepcopy(_desks(self.stage, state))
        if self.altered:
            follow(self.stage, state, self.heard)
        for change in self.changes:
            if change.leave is not None:
                change.leave(state, self.heard)
        self.altered += state != (known if known is not None else parts.untouched(self.stage))
        for name, cases in _desks(self.stage, state).items():
            if cases != before[name]:
                packets = [parts.Case(float(case["at"]), case["packet"]) for case in cases]
                state[name] = parts.desk(self.stage, name, packets, folder)
        for workload in self.workloads.values():
            workload.settle(state)


def _desks(stage: Stage, state: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    site = stage.scenario.site
    return {name: list(state[name]["cases"] or []) for name, part in site.items() if part.part == parts.DESK}


@dataclass(frozen=True)
class Played:
    """An exam that was held without a world."""

    report: Report
    altered: bool
    """Whether any answer, or what was left, is not what it is without the changes."""


def play(stage: Stage, base: Base, changes: Sequence[Change] = (), name: str | None = None) -> Played:
    """Hold the exam of a deployment that answers as `base` does, with these `changes`, in this order."""
    with tempfile.TemporaryDirectory(prefix="fdelab-offline-") as place:
        folder = Path(place)
        base.prepare(stage, folder)
        tables = [*stage.tables]
        with Recorder(folder, "field", tables=tables) as recorder:
            if not any(folder.glob("corruptions.*")):
                stage.data.write(recorder, stage.plan.when)
            lap = _Lap(stage, base, changes, recorder, stage.workloads(recorder))
            lap.run()
            lap.settle(folder)
        _close(folder, name or "+".join([base.name, *(change.name for change in changes)]))
        return Played(grade(folder), bool(lap.altered))


def _close(folder: Path, use: str) -> None:
    file = folder / "run.json"
    if not file.is_file():
        raise EvidenceMissing(f"{folder}: no run.json")
    run = json.loads(file.read_bytes())
    there = [name for name in listing.HANDED_IN if (folder / name).exists()]
    listed = {name: listing.listed(folder / name) for name in there}
    # Answers are those of a rule: however busy the machine was on which a lap was kept, it is no excuse for one.
    quiet = {"slowdown": 1.0, "others": 0.0, "lag_p99": 0.0, "overdrawn": 0.0}
    write_json(file, run | quiet | {"use": use, "files": listing.tables(folder) | listed})
