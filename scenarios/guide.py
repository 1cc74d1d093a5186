"""Tips for a newcomer, which follow what they have done: `guide.yaml` in a scenario's folder.

It is none of the files that define the scenario: words may get better without another proof.
"""

from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from scenarios.model import Block
from scenarios.shape import load_model

GUIDE = "guide.yaml"

Milestone = Literal[
    "briefing-read", "world-launched", "checks-seen", "logs-read", "editor-opened", "file-saved", "checks-passed",
    "exam-taken", "exam-passed", "report-read",
]  # fmt: skip
"""What a learner can have done, in the order in which an engagement goes. The report is that of a passed exam."""

MILESTONES: tuple[Milestone, ...] = get_args(Milestone)


class Tip(Block):
    """A sentence or two, shown until the learner has done something."""

    until: Milestone | None = None
    """What makes it superfluous, as does anything that comes after that; left out: nothing, and it is the last one."""
    says: str = Field(min_length=1, max_length=150)
    """What to do and why. Not how: the keys or the command that do it are shown beside it."""


class Guide(Block):
    """The tips in their order."""

    tips: list[Tip] = Field(min_length=1)

    def tip(self, done: frozenset[str]) -> Tip | None:
        """The first tip that nothing in `done` makes superfluous; None when there is none left."""
        reached = max((index for index, deed in enumerate(MILESTONES) if deed in done), default=-1)
        return next((tip for tip in self.tips if tip.until is None or MILESTONES.index(tip.until) > reached), None)


def load(folder: Path) -> Guide | None:
    """The guide of the scenario in `folder`; None when it has none. Raises `ScenarioInvalid`."""
    file = folder / GUIDE
    return load_model(Guide, file)[0] if file.is_file() else None
