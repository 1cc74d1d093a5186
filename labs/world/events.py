"""A world's events in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.model import Scenario


def describe(event: Mapping[str, Any], scenario: "Scenario") -> str | None:
    """One event as a line for people, with the customer's names; None for what they need not read."""
    if event["kind"] == "message":
        return f"{sender(event['sender'], scenario)}: {event['text']}"
    words = _WORDS.get(event["kind"])
    return words(event) if words else None


def _restarted(event: Mapping[str, Any]) -> str:
    how = "ran out of memory" if event.get("out_of_memory") else f"ended with exit code {event['code']}"
    return f"{event['service']} {how}; started again"


_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "progress": lambda event: str(event["text"]),
    "starting": lambda event: f"starting {', '.join(event['processes'])}",
    "ready": lambda _: "everything is ready",
    "lap-started": lambda event: f"lap {event['lap']} begins: {lasts(event['timeline']):.0f} s at most",
    "phase": lambda event: f"{event['phase']}{_clock(event.get('sim'))}",
    "restarted": _restarted,
    "deployment-failed": lambda event: f"{event['service']} did not start: it {event['reason']}",
    "redeployed": lambda _: "the new files are in place",
    "lap-finished": lambda event: f"lap {event['lap']} is over",
    "lap-failed": lambda event: str(event["reason"]),
    "failed": lambda event: str(event["reason"]),
}


def lasts(timeline: list[dict[str, Any]]) -> float:
    """Wall seconds of a whole lap, drain included."""
    return float(timeline[-1]["ends"]) if timeline else 0.0


def sender(name: str, scenario: "Scenario") -> str:
    """A person's full name and role."""
    person = scenario.people.get(name)
    return f"{person.name} ({person.role})" if person else name


@dataclass(frozen=True)
class Message:
    """What a person of the customer wrote by themselves."""

    person: str
    """Their name in the scenario."""
    sender: str
    text: str


def messages(events: Iterable[Mapping[str, Any]], scenario: "Scenario") -> list[Message]:
    """What was written so far, each once: people write the same in every lap."""
    said = ((event["sender"], event["text"]) for event in events if event["kind"] == "message")
    return [Message(person, sender(person, scenario), text) for person, text in dict.fromkeys(said)]


def _clock(sim: str | None) -> str:
    return f", {sim[11:16]} at the customer's" if sim else ""
