"""The parts that a brief is graded by, the points of each, and the reader whom they matter to."""

from dataclasses import dataclass

from scenarios.brief_model import Brief
from scenarios.claims import BriefSpec
from scenarios.model import Person, Scenario
from scenarios.placeholders import Expanded

ALL = 100.0
"""The points of a whole brief."""
PASSED = 80.0
"""From so many points on it has done what its reader needs."""


@dataclass(frozen=True)
class Part:
    """Something that a brief does for its reader, or fails to do."""

    name: str
    points: float
    """The most that it can earn; 0 is advice."""
    missed: str | None = None
    """What the reader would have missed, in the reader's words; None when nothing."""
    share: float | None = None
    """Which share of the points is earned; left out: all or nothing, as nothing or something was missed."""

    @property
    def earned(self) -> float:
        """The points that are earned."""
        return self.points * (self.share if self.share is not None else float(self.missed is None))


@dataclass(frozen=True)
class Reading:
    """A brief together with what is needed to judge it."""

    brief: Brief
    spec: BriefSpec
    scenario: Scenario
    note: Expanded
    """Its note as the reader gets it."""

    @property
    def reader(self) -> Person:
        """The person whom the note is for."""
        return self.scenario.people[self.spec.to]

    def says(self, words: str) -> str:
        """Return the text as something that the reader says."""
        return f"{self.reader.name.split()[0]}: “{words}”"
