"""What was asked in an engagement: of whom, what it revealed, what it cost; and how much time is left for more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from scenarios.people import People, Time

MOST_ASKED = 500
"""Questions that an engagement remembers; nobody who works on it asks more."""


@dataclass(frozen=True)
class Question:
    """One question and what came of it, as the engagement's record has it."""

    at: str
    """When, in ISO 8601, by the learner's clock, in UTC."""
    person: str
    question: str
    kind: str
    """As `labs.engagement.people.Kind` names it."""
    says: str
    minutes: int
    """What it cost of the customer's time."""
    reveals: str | None = None
    offers: tuple[str, ...] = ()
    """Facts that the person asked back about."""

    @property
    def when(self) -> datetime:
        """`at`, as a moment."""
        return datetime.fromisoformat(self.at)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {name: value for name, value in asdict(self).items() if value or name in ("minutes", "says")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the inverse of `to_json`. Raises `TypeError` or `ValueError` on anything else."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        found = cls(**{**known, "offers": tuple(data.get("offers", ()))})
        datetime.fromisoformat(found.at)
        return found


@dataclass(frozen=True)
class Budget:
    """The customer's time for questions, as it stands."""

    minutes: int
    """At a stretch, all people together."""
    left: int
    again: datetime | None = None
    """When there is time again, once it is spent."""


def budget(time: Time, asked: Iterable[Question], now: datetime) -> Budget:
    """How much time is left; once a stretch is spent, the next begins `time.again` after the question that spent it."""
    spent, again = 0, None
    for one in asked:
        if again is not None and one.when >= again:
            spent, again = 0, None
        spent += one.minutes
        if spent >= time.minutes and again is None:
            again = one.when + timedelta(minutes=time.again)
    if again is not None and now >= again:
        spent, again = 0, None
    return Budget(time.minutes, max(0, time.minutes - spent), again)


@dataclass(frozen=True)
class Conversation:
    """All that was asked in an engagement, for whoever looks back at it."""

    questions: tuple[Question, ...]
    minutes: int
    revealed: int
    """How many facts were told."""
    facts: int
    """How many there are to be told."""
    wishes: Mapping[str, str]
    """By person: what the learner answered to what they asked for, `accept` or `refuse`; `open` while it is not."""
    names: Mapping[str, str]
    """Of the people, by their name in the scenario."""

    def to_json(self) -> dict[str, Any]:
        """As it lies beside the evidence of an exam, and `grader.asked` reads it."""
        asked = [
            {"at": one.at, "name": self._named(one.person), "question": one.question, "kind": one.kind,
             "minutes": one.minutes, "reveals": one.reveals}
            for one in self.questions
        ]  # fmt: skip
        wishes = {self._named(person): word for person, word in self.wishes.items()}
        return {"minutes": self.minutes, "revealed": self.revealed, "facts": self.facts, "questions": asked,
                "requests": wishes}  # fmt: skip

    def _named(self, person: str) -> str:
        return self.names.get(person, person)


def conversation(
    people: People, names: Mapping[str, str], asked: Sequence[Question], wishes: Mapping[str, str]
) -> Conversation:
    """Return what an engagement's record comes to."""
    # What the learner said to a request is told as such.
    put = tuple(one for one in asked if one.kind != "replied")
    told = {one.reveals for one in put if one.reveals}
    minutes = sum(one.minutes for one in put)
    return Conversation(put, minutes, len(told), len([*people.facts()]), wishes, names)
