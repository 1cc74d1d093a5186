"""Define a workload: a business process that sends traffic, knows the truth, and books what each outcome costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import BaseModel

from scenarios.exchange import AnswerField, Request
from scenarios.model import Flow, Scenario
from scenarios.phases import rates
from simulator import seeds
from simulator.clock import Clock, Span
from simulator.evidence.recorder import Recorder
from simulator.evidence.tables import Table
from simulator.levels import Levels
from simulator.workloads.arrivals import paced
from simulator.workloads.decisions import Decisions

if TYPE_CHECKING:
    from simulator.dirt import Dataset

Outcome = Literal["ok", "wrong", "error", "timeout", "unsent"]


@dataclass(frozen=True)
class Intent:
    """A request that is due at wall second `at` of the lap."""

    id: str
    at: float
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True)
class Reply:
    """The deployment's response; times are wall seconds since the lap's start."""

    sent_at: float
    done_at: float
    status: int
    body: bytes


@dataclass(frozen=True)
class Judgement:
    """The verdict on an answer, with the reason: `ok`, `wrong` (2xx, but not true) or `error`."""

    outcome: Literal["ok", "wrong", "error"]
    detail: str | None = None
    then: tuple[Intent, ...] = ()
    """What the customer asks next because of this answer, due no earlier than now, and before `traffic_ends`."""


@dataclass(frozen=True)
class Context:
    """What a workload is created from, once a lap."""

    stream: str
    """Its name in the scenario's `traffic`."""
    flow: Flow
    scenario: Scenario
    seed: int
    """The lap's seed; split it by name with `simulator.seeds`."""
    clock: Clock
    recorder: Recorder
    data: "Mapping[str, Dataset]" = field(default_factory=dict)
    """The scenario's datasets, as the parts have them in this lap: clean, dirty, and the ledger between."""

    def arrivals(self, seed: int) -> list[float]:
        """Return the wall seconds at which requests are due, at the flow's rate in each phase.

        `seed` is the workload's own.
        """
        return paced(seed, [(span.ends, rate) for span, rate in self._rates()], self.flow.arrival)

    def expected(self) -> float:
        """Return about how many requests that is."""
        return sum((span.ends - span.begins) * rate for span, rate in self._rates())

    def _rates(self) -> list[tuple[Span, float]]:
        by_phase = rates(self.scenario.phases, self.stream, self.flow.rate)
        return [(span, by_phase[span.name]) for span in self.clock.timeline.spans[:-1]]

    def counts(self, at: float) -> bool:
        """Whether money that falls on that wall second is booked: always, unless its phase is excused."""
        return self.clock.timeline.span(at).counts

    def series(self, part: str, name: str) -> Levels:
        """Return what the state of a part of the site is over the lap, by the part's name and that of the series.

        Raises `KeyError` when the site has no such part, or the part no such series.
        """
        # Late: not every workload looks into a part.
        from simulator.parts import PARTS

        use = self.scenario.site[part]
        kind = PARTS[use.part]
        own = seeds.child(self.seed, "site", part)
        return kind.series[name](kind.params.model_validate(use.with_), own, self.clock.timeline, self.data)


class Workload(Protocol):
    """One business process, for one lap."""

    def intents(self) -> list[Intent]:
        """Return all requests that do not depend on answers, in order of `at`; none after `traffic_ends`.

        Requests that depend on an answer follow from its judgement.
        """

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        """Return whether the answer is true; called when the answer has arrived."""

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """Record that no answer came (time-out, connection error, never sent)."""

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        """Write the last facts and book the last costs; the lap has ended, and `site` is the parts' final state.

        What is known to be lost earlier is booked earlier, so that whoever watches sees it.
        """


@dataclass(frozen=True)
class Route:
    """One request that the traffic makes to the deployment.

    The answer is a 2xx with JSON, within the flow's time-out.
    """

    line: str
    """Method and path; the parts in braces vary."""
    about: str
    answer: type[BaseModel]
    """The required answer; additional fields are ignored."""
    body: Mapping[str, str] = field(default_factory=dict)
    """The fields of the JSON that is sent, each with type and meaning; empty: nothing is sent."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The headers that are sent, beside those that HTTP needs."""
    accepts: tuple[int, ...] = ()
    """Statuses beside 2xx that are answers too."""
    request: Request | None = None
    """What is sent, where a business says it in YAML…"""
    fields: Mapping[str, AnswerField] = field(default_factory=dict)
    """…and where the fields of the answer stand."""


@dataclass(frozen=True)
class WorkloadKind:
    """A registered kind of workload."""

    name: str
    params: type[BaseModel]
    make: Callable[[Context, Any], Workload]
    """Called with the context and the parameters from the scenario."""
    tables: tuple[Table, ...] = ()
    about: str = ""
    """What it is, and when an answer is right."""
    routes: tuple[Route, ...] = ()
    """The requests that a service with this traffic must answer."""
    accounts: Mapping[str, str] = field(default_factory=dict)
    """The ledger accounts that it books on, each with what is booked there."""
    leaves: Mapping[str, str] = field(default_factory=dict)
    """What it reads in the customer's systems after the lap, by place: the deployment must leave it there."""
    decisions: Decisions | None = None
    """What a deployment decides, for degenerate deployments; left out: what the models of the answers imply."""
