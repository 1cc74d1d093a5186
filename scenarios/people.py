"""What the customer's people know, how they say it, and what it costs to ask them: `people.yaml` beside the scenario.

The file is not one of those that define the scenario: it changes neither a lap nor a grade, so it may improve without
another proof. Who there is, and who reads a brief, stands in the scenario itself.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.block import Block
from scenarios.shape import load_model
from scenarios.texts import Line, Slug, Text

PEOPLE = "people.yaml"


class Time(Block):
    """How much of their time the customer's people have for questions."""

    minutes: int = Field(default=90, ge=1, le=600)
    """Minutes of theirs that questions may cost at a stretch, all people together."""
    again: int = Field(default=20, ge=1, le=240)
    """Minutes of the learner's own after which they have as many again."""


class Needs(Block):
    """What must be known before somebody says more: all of `facts`, or one word that shows it, or trust."""

    facts: list[Slug] = Field(default=[], max_length=10)
    """Facts, of whomever, that the learner has been told."""
    shows: list[Line] = Field(default=[], max_length=30)
    """Words that only who has looked at the evidence uses: one of them in this question or an earlier one is enough."""
    trust: int = Field(default=0, ge=0, le=10)
    """How many other facts this person must have told first."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.facts or self.trust):
            raise ValueError("needs `facts` or `trust`")
        return self


class Knowledge(Block):
    """One fact that somebody knows, and what they say at each depth of a question."""

    topic: Line
    """What this person would raise of it on an open question: "ask me about …"."""
    words: list[Line] = Field(min_length=1, max_length=40)
    """Words of its subject. One of them alone is a vague question."""
    means: Line
    """What a question for it is about, for when the person asks back: "do you mean …"."""
    asked: list[Line] = Field(min_length=3, max_length=40)
    """Ways in which engineers ask for it, with the nouns and verbs that they may use."""
    vague: Text
    """What is said to a vague question."""
    says: Text
    """The fact, said to a pointed question."""
    needs: Needs | None = None
    until: Text | None = None
    """What is said to a pointed question while `needs` is not met."""

    @model_validator(mode="after")
    def _gate_speaks(self) -> Self:
        if (self.needs is None) != (self.until is None):
            raise ValueError("`needs` and `until` belong together")
        return self


class Wish(Block):
    """Something that a person asks of the learner, and that a good engineer decides with care."""

    when: int = Field(ge=1, le=20)
    """After how many of the learner's questions to this person it comes up."""
    asks: Text
    accept: Text
    """What the person says when the learner agrees."""
    refuse: Text
    wise: Literal["accept", "refuse"] = "refuse"
    why: Text
    """Told after the exam: why one would agree, or not."""


class Voice(Block):
    """One person: how they take questions, and what they know."""

    minutes: int = Field(default=5, ge=1, le=60)
    """What a question costs of their time."""
    attitude: Line
    """How they take questions, for the learner to see."""
    opens: Text
    """What they say to an open question; `{topics}` are theirs."""
    unsure: Text
    """What they say when they know nothing of it; `{topics}` are theirs."""
    busy: Text
    """What they say when the time is spent; `{time}` is when they have some again."""
    answers: dict[Slug, Knowledge] = Field(min_length=1, max_length=30)
    """By the name of the fact, which is its own among all people's."""
    request: Wish | None = None

    def topics(self) -> list[str]:
        """Return what this person would raise, each once, in order."""
        return list(dict.fromkeys(known.topic for known in self.answers.values()))


class Found(Block):
    """Where evidence is: a file of the workspace as it is handed over, or a table of the incident."""

    file: Line | None = None
    table: Slug | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.file is None) == (self.table is None):
            raise ValueError("needs `file` or `table`")
        return self


class Contradiction(Block):
    """Two people say what cannot both be true, and only evidence decides."""

    between: list[Slug] = Field(min_length=2, max_length=2)
    """Two facts, of different people."""
    right: Slug
    """Which of them is."""
    decided: Text
    """Told after the exam: what the evidence says."""
    found: Found


class Untold(Block):
    """Something that a check needs and nobody tells."""

    fact: Text
    """Told after the exam."""
    checks: list[Slug] = Field(min_length=1, max_length=20)
    words: list[Line] = Field(min_length=1, max_length=10)
    """No answer has all of these words: whoever says them tells it."""
    found: Found


class People(Block):
    """All of it."""

    time: Time = Time()
    people: dict[Slug, Voice] = Field(min_length=1, max_length=50)
    contradictions: list[Contradiction] = Field(default=[], max_length=20)
    untold: list[Untold] = Field(default=[], max_length=20)

    def facts(self) -> Iterator[tuple[str, str, Knowledge]]:
        """Yield (person, fact, what is known) of everybody."""
        for name, voice in self.people.items():
            for fact, known in voice.answers.items():
                yield name, fact, known


def load(folder: Path) -> People | None:
    """Return what people of the scenario in `folder` know; None where nobody can be asked. Raises `ScenarioInvalid`."""
    file = folder / PEOPLE
    return load_model(People, file)[0] if file.is_file() else None
