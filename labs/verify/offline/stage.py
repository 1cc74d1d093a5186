"""What a seed deals to every deployment alike: the timeline, the data, and what customers ask."""

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from labs.library.catalogue import Entry
from scenarios.model import Scenario
from simulator.clock import Clock, Timeline, timeline
from simulator.dirt import Datasets
from simulator.drawing import drawn
from simulator.evidence.recorder import Recorder
from simulator.evidence.tables import CORE, Table
from simulator.parts import PARTS
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Context, Intent, Route, Workload, WorkloadKind
from simulator.workloads.decisions import Decision, Decisions, derived
from simulator.workloads.kinds import kinds


@dataclass(frozen=True)
class Asked:
    """A request, as a deployment would see it."""

    stream: str
    line: str
    """The route, as the workload declares it."""
    intent: Intent
    body: Mapping[str, Any]
    timeout: float


@dataclass(frozen=True)
class Stage:
    """One seed of one scenario. What is costly to make is made once, for all that are played on it."""

    entry: Entry
    seed: int

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as this seed draws it."""
        return drawn(self.entry.scenario, self.seed)

    @cached_property
    def plan(self) -> Timeline:
        """The phases of the lap."""
        return timeline(self.scenario)

    @cached_property
    def data(self) -> Datasets:
        """The scenario's datasets, as the parts have them."""
        return Datasets(self.scenario.datasets, self.seed, self.scenario.clock.starts)

    def kind(self, stream: str) -> WorkloadKind:
        """Return the kind of workload behind a stream."""
        return self._kinds[self.scenario.traffic[stream].workload]

    @cached_property
    def _kinds(self) -> Mapping[str, WorkloadKind]:
        return kinds(self.scenario, WORKLOADS)

    def decisions(self, stream: str) -> Decisions:
        """Return what a deployment decides of a stream."""
        kind = self.kind(stream)
        return kind.decisions or Decisions({r.line: derived(r.answer, r.body) for r in kind.routes})

    def decided(self, asked: Asked) -> tuple[Decision, ...]:
        """Return the fields of the answer to a request."""
        return self.decisions(asked.stream).answers.get(asked.line, ())

    def part(self, stream: str, parameter: str) -> str | None:
        """Return the part that a parameter of the stream's workload names; None where it names none."""
        found = getattr(self._params(stream), parameter, None)
        return found if isinstance(found, str) and found in self.scenario.site else None

    def _params(self, stream: str) -> Any:
        return self.kind(stream).params.model_validate(self.scenario.traffic[stream].with_)

    def workloads(self, recorder: Recorder) -> dict[str, Workload]:
        """Return new workloads that write to `recorder`, by stream."""
        scenario, clock = self.scenario, Clock(self.plan, 0.0)
        return {
            name: self.kind(name).make(
                Context(name, flow, scenario, self.seed, clock, recorder, self.data), self._params(name)
            )
            for name, flow in scenario.traffic.items()
        }

    def asked(self, stream: str, intent: Intent) -> Asked:
        """Return a workload's intent with what it says."""
        route = next((r for r in self.kind(stream).routes if _matches(r, intent)), None)
        body = json.loads(intent.body) if intent.body else {}
        timeout = self.scenario.traffic[stream].timeout
        return Asked(stream, route.line if route else "", intent, body if isinstance(body, dict) else {}, timeout)

    @cached_property
    def requests(self) -> list[Asked]:
        """Every request that does not depend on an answer."""
        with tempfile.TemporaryDirectory(prefix="fdelab-offline-") as folder, Recorder(Path(folder), "field") as unread:
            return [
                self.asked(name, intent)
                for name, workload in self.workloads(unread).items()
                for intent in workload.intents()
            ]

    @cached_property
    def tables(self) -> list[Table]:
        """Every table that a world of this scenario may write."""
        scenario = self.scenario
        parts = [t for part in scenario.site.values() for t in PARTS[part.part].tables]
        return list({t.name: t for t in (*CORE, *parts, *self.written)}.values())

    @cached_property
    def written(self) -> list[Table]:
        """The tables that its workloads write."""
        return [t for flow in self.scenario.traffic.values() for t in self._kinds[flow.workload].tables]


def _matches(route: Route, intent: Intent) -> bool:
    method, _, path = route.line.partition(" ")
    pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))
    return method == intent.method and re.fullmatch(pattern, intent.path) is not None
