"""What happens to a world, one model a kind: the lines of its `events.jsonl`.

What happens in a lap is told by the field, in a stream that the keeper follows; the keeper passes it on to the file,
and adds what happens to the world's processes.
"""

import json
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from simulator.clock import Span
from simulator.protocol.base import Message, check
from simulator.strain import Turns


class EventBase(Message):
    """What every event says."""

    t: float = 0.0
    """Epoch seconds at which the keeper wrote it down; 0 until then."""


class LapEvent(EventBase):
    """An event of a lap, told by the field."""

    seq: int = 0
    """Its number in the field's stream, from 1 on."""
    lap: int
    at: float
    """Wall seconds since the lap's start."""


class LapStarted(LapEvent):
    """A lap has begun."""

    kind: Literal["lap-started"] = "lap-started"
    timeline: tuple[Span, ...]
    """Its phases, the drain included."""


class PhaseBegan(LapEvent):
    """A phase of the lap has begun."""

    kind: Literal["phase"] = "phase"
    phase: str
    sim: datetime
    """The customer's local time."""


class MessageSent(LapEvent):
    """A person of the customer wrote by themselves."""

    kind: Literal["message"] = "message"
    sender: str
    """Their name in the scenario."""
    text: str


class ToxicsChanged(LapEvent):
    """Somebody laid hands on a link of a practice world."""

    kind: Literal["toxics"] = "toxics"
    active: int
    """Toxics that are on the links now."""


class ProcessFaultChanged(LapEvent):
    """A fault of a process sets in or is over; the keeper acts on it."""

    kind: Literal["process-fault"] = "process-fault"
    place: tuple[str, int]
    """The phase that the fault is written in, and its number there."""
    service: str
    fault: str
    """Its kind."""
    params: Any = Field(validation_alias="with", serialization_alias="with")
    """As the author wrote them."""
    on: bool


class LapFinished(LapEvent):
    """A lap is over, and its evidence is whole."""

    kind: Literal["lap-finished"] = "lap-finished"
    timeline: tuple[Span, ...]
    """The phases as they were: the drain ends when the lap did."""
    lag_p99: float | None
    """Wall seconds by which requests were sent late."""
    turns: tuple[Turns | None, Turns | None]
    """What the field's thread had of the machine when the lap began and when it ended; None where it is not told."""
    overdrawn: float | None
    """Share of the lap in which the deployment had the field work more than it may."""


class LapFailed(LapEvent):
    """A lap is over, and says nothing of the deployment."""

    kind: Literal["lap-failed"] = "lap-failed"
    reason: str
    disk_full: bool = False
    """Whether it was a full disk that ended it."""


class Progress(EventBase):
    """Something that takes long has come a step further."""

    kind: Literal["progress"] = "progress"
    text: str


class Starting(EventBase):
    """The world's processes are being started."""

    kind: Literal["starting"] = "starting"
    processes: tuple[str, ...]
    runtime: str


class Waiting(EventBase):
    """What is not ready yet has changed."""

    kind: Literal["waiting"] = "waiting"
    names: tuple[str, ...]
    """Site hosts, services, or the field itself."""


class Ready(EventBase):
    """All can take traffic."""

    kind: Literal["ready"] = "ready"
    lap: int
    services: dict[str, str]
    """Where each service answers, through the field."""


class DeploymentFailed(EventBase):
    """The deployment does not start: the learner's to mend."""

    kind: Literal["deployment-failed"] = "deployment-failed"
    service: str
    reason: str
    last_lines: tuple[str, ...]
    """What the service printed last."""


class Restarted(EventBase):
    """A service ended, and is started again."""

    kind: Literal["restarted"] = "restarted"
    service: str
    code: int
    out_of_memory: bool


class Redeployed(EventBase):
    """The deployment was replaced by another."""

    kind: Literal["redeployed"] = "redeployed"
    lap: int


class Jumping(EventBase):
    """Somebody wants the next lap to begin with a phase."""

    kind: Literal["jumping"] = "jumping"
    phase: str


class Paused(EventBase):
    """The deployment was stopped until somebody wants it again."""

    kind: Literal["paused"] = "paused"


class Resumed(EventBase):
    """The deployment runs again after a pause."""

    kind: Literal["resumed"] = "resumed"


class Failed(EventBase):
    """The world ends, and not by the deployment's fault."""

    kind: Literal["failed"] = "failed"
    reason: str
    unavailable: bool = False
    """Whether it never was there, as its runtime cannot be used on this machine."""
    disk_full: bool = False
    """Whether it was a full disk that ended it."""


class Stopped(EventBase):
    """Nothing runs any more; no event comes after it."""

    kind: Literal["stopped"] = "stopped"
    left: str | None = None
    """What could not be taken down, for `gc`."""


FieldEvent = LapStarted | PhaseBegan | MessageSent | ToxicsChanged | ProcessFaultChanged | LapFinished | LapFailed
"""What the field tells."""
Event = (
    FieldEvent
    | Progress | Starting | Waiting | Ready | DeploymentFailed | Restarted | Redeployed | Jumping | Paused | Resumed
    | Failed | Stopped
)  # fmt: skip
"""All that is told of a world."""
AnyEvent = Annotated[Event, Field(discriminator="kind")]
"""An event as part of another model."""

_MODELS: dict[str, type[Event]] = {model.model_fields["kind"].default: model for model in get_args(Event)}
KINDS = frozenset(_MODELS)
"""What events there are."""


def parse(data: Any) -> Event:
    """Return the event that plain data describes.

    Raises `OtherVersion`, and `ValueError` (`pydantic.ValidationError` is one) where it is none.
    """
    if not isinstance(data, dict):
        raise ValueError("an event is a JSON object")
    check(data)
    # By hand: a union is compiled with all of its models.
    model = _MODELS.get(str(data.get("kind")))
    if model is None:
        raise ValueError(f"there is no event of kind {data.get('kind')!r}")
    return model.model_validate(data)


def read(line: str | bytes) -> Event:
    """Return the event of one line. Raises as `parse` does."""
    return parse(json.loads(line))


def read_lap(line: str | bytes) -> FieldEvent:
    """Return the event of one line of the field's stream. Raises as `parse`; `ValueError` on one of others."""
    told = read(line)
    if not isinstance(told, LapEvent):
        raise ValueError(f"the field tells of no {told.kind}")
    return told


def line(told: Event) -> str:
    """One event as a line of JSON, without its end."""
    return json.dumps(told.model_dump(mode="json", by_alias=True), ensure_ascii=False)
