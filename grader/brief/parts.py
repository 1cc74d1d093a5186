"""What a brief is judged by: its parts, what each is worth, and who reads it."""

from dataclasses import dataclass

from scenarios.brief import Brief
from scenarios.model import BriefSpec, Person, Scenario


@dataclass(frozen=True)
class Part:
    """One thing that a brief does for its reader, or does not."""

    name: str
    worth: float
    missed: str | None = None
    """What the reader would have missed, in the reader's words; None: nothing."""


@dataclass(frozen=True)
class Reading:
    """A brief, and what it is read with."""

    brief: Brief
    spec: BriefSpec
    scenario: Scenario

    @property
    def reader(self) -> Person:
        """Whom the note is for."""
        return self.scenario.people[self.spec.to]

    def says(self, words: str) -> str:
        """Something that the reader says."""
        return f"{self.reader.name.split()[0]}: “{words}”"
