"""Tips for a newcomer, in step with what they have done: `guide.yaml` in a scenario's folder.

The file is not one of those that define the scenario: its wording may improve without another proof.
"""

from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from scenarios.block import Block
from scenarios.shape import load_model

GUIDE = "guide.yaml"

Milestone = Literal[
    "briefing-read", "world-launched", "checks-seen", "logs-read", "editor-opened", "file-saved", "checks-passed",
    "exam-taken", "exam-passed", "report-read",
]  # fmt: skip
"""What a learner can have done, in the order of an engagement. The report is that of a passed exam."""

MILESTONES: tuple[Milestone, ...] = get_args(Milestone)


class Tip(Block):
    """One or two sentences, shown until the learner has done something."""

    until: Milestone | None = None
    """The milestone that ends this tip, as any later one does; left out: the last tip, which nothing ends."""
    says: str = Field(min_length=1, max_length=150)
    """What to do and why. The keys or the command to do it with are shown beside it."""


class Guide(Block):
    """All tips in order."""

    tips: list[Tip] = Field(min_length=1)

    def tip(self, done: frozenset[str]) -> Tip | None:
        """Return the first tip that no milestone in `done` has ended; None when there is none left."""
        reached = max((index for index, milestone in enumerate(MILESTONES) if milestone in done), default=-1)
        return next((tip for tip in self.tips if tip.until is None or MILESTONES.index(tip.until) > reached), None)


def load(folder: Path) -> Guide | None:
    """Return the guide of the scenario in `folder`; None when it has none. Raises `ScenarioInvalid`."""
    file = folder / GUIDE
    return load_model(Guide, file)[0] if file.is_file() else None
