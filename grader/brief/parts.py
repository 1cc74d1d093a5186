"""The parts that a brief is graded by, the weight of each, and the reader whom they matter to."""

from dataclasses import dataclass

from scenarios.brief import Brief
from scenarios.model import BriefSpec, Person, Scenario


@dataclass(frozen=True)
class Part:
    """Something that a brief does for its reader, or fails to do."""

    name: str
    weight: float
    missed: str | None = None
    """What the reader would have missed, in the reader's words; None when the part is earned."""


@dataclass(frozen=True)
class Reading:
    """A brief together with what is needed to judge it."""

    brief: Brief
    spec: BriefSpec
    scenario: Scenario

    @property
    def reader(self) -> Person:
        """The person whom the note is for."""
        return self.scenario.people[self.spec.to]

    def says(self, words: str) -> str:
        """Return the text as something that the reader says."""
        return f"{self.reader.name.split()[0]}: “{words}”"
