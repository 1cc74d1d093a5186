"""What a workload is: a business process that sends traffic, knows the truth, and what each outcome is worth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import BaseModel

from scenarios.model import Flow, Scenario
from simulator.clock import Clock
from simulator.evidence.recorder import Recorder
from simulator.evidence.tables import Table

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
    """What came back; times are wall seconds since the lap's start."""

    sent_at: float
    done_at: float
    status: int
    body: bytes


@dataclass(frozen=True)
class Judgement:
    """What an answer was worth: `ok`, `wrong` (2xx, but not true) or `error`, and why."""

    outcome: Literal["ok", "wrong", "error"]
    detail: str | None = None
    then: tuple[Intent, ...] = ()
    """What this answer makes the customer ask next, due no earlier than now, and before the `traffic_ends`."""


@dataclass(frozen=True)
class Context:
    """What a workload is made with, once a lap."""

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


class Workload(Protocol):
    """One business process, for one lap."""

    def intents(self) -> list[Intent]:
        """Everything that it asks unasked, in order of `at`; none after the timeline's `traffic_ends`.

        What depends on an answer follows from its judgement.
        """

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        """Whether the answer is true; called when the answer is in."""

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """No answer came (time-out, connection error, never sent)."""

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        """The lap is over; `site` is the parts' final state by name. Write the last facts and the last of the ledger.

        What is known to be lost before is booked then, so that whoever watches sees it.
        """


@dataclass(frozen=True)
class Route:
    """One thing that the traffic asks of the deployment. The answer is a 2xx with JSON, within the flow's time-out."""

    line: str
    """Method and path; what stands in braces differs."""
    about: str
    answer: type[BaseModel]
    """What must come back; fields beyond these are ignored."""
    body: Mapping[str, str] = field(default_factory=dict)
    """The fields of the JSON that is sent, each with type and meaning; none: nothing is sent."""


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
    """What a service that the traffic goes to must answer."""
    accounts: Mapping[str, str] = field(default_factory=dict)
    """The ledger's accounts that it books, each with what is booked."""
    leaves: Mapping[str, str] = field(default_factory=dict)
    """What it reads in the customer's systems when the lap is over, by where, so that the deployment must leave it."""
