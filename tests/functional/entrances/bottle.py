"""A lap in a bottle: a scenario's real parts and workloads in this process, and what a deployment says to all of them.

Nothing but the network between the processes is left out: parts settle, the field reads what they tell, workloads
settle, evidence is written, read and graded.
"""

import asyncio
import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from grader.grade import grade
from grader.report import Report
from labs.library.catalogue import CALIBRATION
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.vocabulary import FILES
from simulator import gate, seeds
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.evidence import listing
from simulator.evidence.recorder import Recorder
from simulator.evidence.run import FORMAT, save
from simulator.evidence.tables import CORE
from simulator.field.tally import Tally, TallyingRecorder
from simulator.parts import PARTS
from simulator.parts.base import Lap, Part, Prepares, Renews
from simulator.runtime.ports import Ports
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Context, Intent, Reply, Workload
from simulator.workloads.kinds import kinds
from tests.functional.entrances.doors import door
from tests.functional.entrances.hostile import Said

_SEED = 7
_EACH = 3
"""Answers a field and thing that is said."""


class Bottle:
    """One scenario's site; `lap` may be called again and again."""

    def __init__(self, folder: Path, scenario: Path) -> None:
        self.scenario: Scenario = load(scenario)
        self.counts: Counter[str] = Counter()
        """How often something was said, by entrance."""
        self._workloads = kinds(self.scenario, WORKLOADS)
        self._folder = folder
        self._ports = Ports()
        self._source = scenario
        self._number = 0
        self._data = Datasets(self.scenario.datasets, _SEED, self.scenario.clock.starts)
        self._kinds = {name: PARTS[part.part] for name, part in self.scenario.site.items()}
        self._params: dict[str, Any] = {
            name: kind.params.model_validate(self.scenario.site[name].with_, context={FILES: str(scenario / "site")})
            for name, kind in self._kinds.items()
        }
        self._parts: dict[str, Part] = {n: kind.make(n, self._params[n]) for n, kind in self._kinds.items()}
        self._where: dict[str, str] = {}

    async def start(self) -> None:
        """Start the parts."""
        for name, part in self._parts.items():
            if self._kinds[name].protocol == "http":
                self._where[name] = str(self._folder / f"{name[:8]}.sock")
                await part.start(self._where[name], 0)
            else:
                port = self._ports.take()
                self._ports.release((port,))
                self._where[name] = f"127.0.0.1:{port}"
                await part.start("127.0.0.1", port)

    async def stop(self) -> None:
        """Stop them."""
        for part in self._parts.values():
            await part.stop()
        self._ports.close()

    async def lap(self, said: Sequence[Said]) -> Report:
        """A lap in which the deployment says these things wherever it can; what its report says."""
        self._number += 1
        folder = self._folder / str(self._number)
        folder.mkdir()
        clock = Clock(timeline(self.scenario), time.monotonic())
        with Recorder(folder, "site", tables=self._tables()) as recorder:
            for name, part in self._parts.items():
                if isinstance(part, Renews) and self._number > 1:
                    await part.renew()
                if isinstance(part, Prepares):
                    await part.prepare(self._data)
                await part.begin(Lap(seeds.child(_SEED, "site", name), clock, recorder, self._data))
            for name, part in self._parts.items():
                kind = self._kinds[name]
                self.counts[kind.name] += await door(kind)(kind, part, self._where[name], self._params[name], said)
            # As the site host answers, and as the field reads it.
            state = orjson.loads(gate.dumps({name: await part.settle() for name, part in self._parts.items()}))
        with TallyingRecorder(folder, "field", Tally(self._number), self._tables()) as recorder:
            for name, flow in self.scenario.traffic.items():
                context = Context(name, flow, self.scenario, _SEED, clock, recorder, self._data)
                kind_ = self._workloads[flow.workload]
                workload = kind_.make(context, kind_.params.model_validate(flow.with_))
                self._answer(name, workload, said, recorder)
                workload.settle(state)
        self._finish(folder, clock)
        report = await asyncio.to_thread(grade, folder)
        report.dumps()
        shutil.rmtree(folder)
        return report

    def _answer(self, stream: str, workload: Workload, said: Sequence[Said], recorder: Recorder) -> None:
        kind = self._workloads[self.scenario.traffic[stream].workload]
        models = [route.answer for route in kind.routes]
        intents, following = iter(workload.intents()), list[Intent]()
        for one in said:
            bodies = [one.json, *(body for model in models for body in _answers(model, one))]
            for body in (body for body in bodies for _ in range(_EACH)):
                intent = following.pop() if following else next(intents, None)
                if intent is None:
                    return
                self.counts[kind.name] += 1
                told = json.dumps(intent.key).encode()
                reply = Reply(intent.at, intent.at + 0.1, 200, body.replace(b'"\\u0001key"', told))
                judged = workload.judge(intent, reply)
                following += judged.then
                _record(recorder, stream, intent, reply, judged.outcome, judged.detail)
        for intent in intents:
            workload.unanswered(intent, "timeout")
            _record(recorder, stream, intent, None, "timeout", None)

    def _tables(self) -> list[Any]:
        parts = [table for kind in self._kinds.values() for table in kind.tables]
        flows = self.scenario.traffic.values()
        return [*CORE, *parts, *(table for flow in flows for table in self._workloads[flow.workload].tables)]

    def _finish(self, folder: Path, clock: Clock) -> None:
        known = self._source / CALIBRATION
        ends = {"untouched": {"ledger": {"x": -1.0}}, "reference": {"ledger": {"x": 0.0}}}
        run = {
            "format": FORMAT, "session": "s", "scenario": self.scenario.model_dump(mode="json", by_alias=True),
            "scenario_hash": "x", "calibration": json.loads(known.read_bytes()) if known.exists() else ends,
            "seed": _SEED, "lap": self._number, "runtime": "local", "exam": True, "use": None,
            "tables": [t.to_json() for t in {t.name: t for t in self._tables()}.values()],
            "timeline": clock.timeline.to_json(), "deployment": {"started": True}, "lag_p99": 0.001, "finished": True,
            "files": listing.tables(folder),
        }  # fmt: skip
        save(folder, run)


def _answers(model: Any, one: Said) -> Iterator[bytes]:
    """The answer with this in the place of each of its fields, and beside them."""
    right = {name: _right(name, field) for name, field in model.model_json_schema()["properties"].items()}
    for name in (*right, "beside"):
        mark = "\x02mark"
        yield json.dumps(right | {name: mark}).encode().replace(json.dumps(mark).encode(), one.json)


def _right(name: str, field: Mapping[str, Any]) -> Any:
    kind = field.get("type") or next((o.get("type") for o in field.get("anyOf", ()) if o.get("type") != "null"), None)
    if "enum" in field:
        return field["enum"][0]
    if kind == "string":
        # What the answer is for stands first, by name; `key` is put in when it is known.
        key = name.endswith("_id") or name == "chat"
        return "\x01key" if key else "2026-03-05" if field.get("format") == "date" else "refund"
    return {"boolean": False, "array": [], "number": 0.5, "integer": 1}.get(str(kind))


def _record(
    recorder: Recorder, stream: str, intent: Intent, reply: Reply | None, outcome: str, detail: str | None
) -> None:
    recorder.write("requests", {
        "id": intent.id, "stream": stream, "key": intent.key, "intended_at": intent.at, "sent_at": intent.at,
        "done_at": reply and reply.done_at, "status": reply and reply.status, "outcome": outcome, "detail": detail,
    })  # fmt: skip
