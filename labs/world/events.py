"""A world's events in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.protocol import events as protocol

if TYPE_CHECKING:
    from scenarios.model import Scenario
    from simulator.clock import Span


def describe(event: protocol.Event, scenario: "Scenario") -> str | None:
    """One event as a line for people, with the customer's names; None for what they need not read."""
    match event:
        case protocol.MessageSent():
            return f"{sender(event.sender, scenario)}: {event.text}"
        case protocol.LapStarted() | protocol.PhaseBegan() | protocol.LapFinished() | protocol.LapFailed():
            return _of_the_lap(event)
        case _:
            return _of_the_world(event)


def _of_the_lap(
    event: protocol.LapStarted | protocol.PhaseBegan | protocol.LapFinished | protocol.LapFailed,
) -> str:
    match event:
        case protocol.LapStarted():
            return f"lap {event.lap} begins: {lasts(event.timeline):.0f} s at most"
        case protocol.PhaseBegan():
            return f"{event.phase}{_clock(event.sim)}"
        case protocol.LapFinished():
            return f"lap {event.lap} is over"
        case protocol.LapFailed():
            return event.reason


def _of_the_world(event: protocol.Event) -> str | None:
    match event:
        case protocol.Progress():
            return event.text
        case protocol.Starting():
            return f"starting {', '.join(event.processes)}"
        case protocol.Ready():
            return "everything is ready"
        case protocol.Restarted():
            how = "ran out of memory" if event.out_of_memory else f"ended with exit code {event.code}"
            return f"{event.service} {how}; started again"
        case protocol.DeploymentFailed():
            return f"{event.service} did not start: it {event.reason}"
        case protocol.Redeployed():
            return "the new files are in place"
        case protocol.Failed():
            return event.reason
        case _:
            return None


def lasts(timeline: "tuple[Span, ...]") -> float:
    """Wall seconds of a whole lap, drain included."""
    return timeline[-1].ends if timeline else 0.0


def sender(name: str, scenario: "Scenario") -> str:
    """Return a person's full name and role."""
    person = scenario.people.get(name)
    return f"{person.name} ({person.role})" if person else name


@dataclass(frozen=True)
class Message:
    """What a person of the customer wrote by themselves."""

    person: str
    """Their name in the scenario."""
    sender: str
    text: str


def messages(events: Iterable[protocol.Event], scenario: "Scenario") -> list[Message]:
    """Return what was written so far, each once: people write the same in every lap."""
    said = ((event.sender, event.text) for event in events if isinstance(event, protocol.MessageSent))
    return [Message(person, sender(person, scenario), text) for person, text in dict.fromkeys(said)]


def _clock(sim: datetime) -> str:
    return f", {sim:%H:%M} at the customer's"
