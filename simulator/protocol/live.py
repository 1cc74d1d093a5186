"""What a watcher is told of a running world: the lines of the keeper's `GET /live`, and what the field adds to them."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from simulator.clock import Span
from simulator.protocol.base import Message, Model, check
from simulator.protocol.control import FieldState, Phase
from simulator.protocol.events import AnyEvent

Health = Literal["starting", "up", "unready", "restarting", "down", "paused", "stopping"]
"""Of a service. unready: it runs, and does not answer its readiness request. down: it waits for a redeploy."""


@dataclass(frozen=True)
class Second:
    """One wall second of traffic, by when outcomes came in."""

    lap: int
    at: int
    """Second of the lap at which it began."""
    sent: int
    """Requests that were due."""
    ok: int
    wrong: int
    """Answered, and not true."""
    failed: int
    """Errors, time-outs, and what could not be sent."""
    p50: float | None
    """Wall seconds from when a request was due to its answer; an unanswered one counts as infinite, and None is
    either that or that nothing ended."""
    p95: float | None

    @property
    def ended(self) -> int:
        """Requests that got their outcome."""
        return self.ok + self.wrong + self.failed

    @property
    def failed_share(self) -> float | None:
        """Part of them that were not answered; None where none ended."""
        return self.failed / self.ended if self.ended else None


@dataclass(frozen=True)
class Service:
    """One service of the deployment."""

    name: str
    state: Health
    restarts: int
    """How often it ended by itself in this lap."""
    cpu: float | None = None
    """Cores."""
    memory: int | None = None
    """Bytes."""
    printed: int = 0
    """Lines."""


class LinkFault(Model):
    """A fault that is on a link now."""

    kind: str
    params: Any = Field(validation_alias="with", serialization_alias="with")
    """As the author wrote them."""
    share: float
    struck: int
    """How often it has struck since it was switched on."""
    by_hand: bool = False
    """Whether the world's owner put it there, and not the scenario."""


class LinkState(Model):
    """A connection through the field."""

    name: str
    """The part's that it leads to; of one that traffic comes in by, the service's."""
    inward: bool
    connections: int
    faults: tuple[LinkFault, ...]


class Booked(Model):
    """What was booked on one account for one cause; losses negative, in the customer's currency."""

    account: str
    cause: str
    amount: float


class LapMoney(Model):
    """What was booked in one lap so far."""

    lap: int
    total: float
    books: tuple[Booked, ...]


class FieldLive(FieldState):
    """The field's answer to `GET /live`."""

    links: tuple[LinkState, ...]
    money: tuple[LapMoney, ...]
    """Of the lap before and of this one, as far as there are any."""
    seconds: tuple[Second, ...]
    """Those that are new to who asked, oldest first."""


class EventTold(Message):
    """An event, as `events.jsonl` has it; those from before one came to watch come first."""

    kind: Literal["event"] = "event"
    number: int
    """Counts the world's events from 1 on."""
    event: AnyEvent


class PrintedLine(Model):
    """One line that a service printed."""

    number: int
    """Counts the service's lines from 1 on."""
    at: float
    """Wall second of the lap."""
    stream: str
    text: str


class LinesPrinted(Message):
    """New lines of one service."""

    kind: Literal["lines"] = "lines"
    service: str
    lines: tuple[PrintedLine, ...]
    skipped: int
    """How many more came before them and were passed over."""


class WorldState(Message):
    """All the rest as it is now; told once a second."""

    kind: Literal["world"] = "world"
    session: str
    state: Phase
    lap: int
    runtime: str
    why: str
    """Why it is that runtime."""
    timeline: tuple[Span, ...]
    """Of the lap; empty before it begins."""
    services: tuple[Service, ...]
    field: FieldLive | None
    """None while there is no field to ask."""


LiveMessage = EventTold | LinesPrinted | WorldState
AnyLiveMessage = Annotated[LiveMessage, Field(discriminator="kind")]

_MODELS: dict[str, type[LiveMessage]] = {model.model_fields["kind"].default: model for model in get_args(LiveMessage)}


def parse(data: Any) -> LiveMessage:
    """Return the message that plain data describes. Raises `OtherVersion`, and `ValueError` where it is none."""
    if not isinstance(data, dict):
        raise ValueError("a live message is a JSON object")
    check(data)
    model = _MODELS.get(str(data.get("kind")))
    if model is None:
        raise ValueError(f"there is no live message of kind {data.get('kind')!r}")
    return model.model_validate(data)


def read(line: str | bytes) -> LiveMessage:
    """Return the message of one line. Raises as `parse` does."""
    return parse(json.loads(line))


def line(told: LiveMessage) -> bytes:
    """One message as a line of JSON, without its end."""
    data = told.model_dump(mode="json", by_alias=True)
    # A deployment may have printed what no encoding has.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
