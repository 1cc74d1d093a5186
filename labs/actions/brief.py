"""What the learner tells the customer about the incident: how far it is, or how to begin."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labs.engagement.engagement import Engagement
    from scenarios.problems import Problem


@dataclass(frozen=True)
class BriefRequest:
    """Whose brief."""

    engagement: "Engagement"


@dataclass(frozen=True)
class BriefLooked:
    """How far it is; neither says whether it is true: the exam does."""

    file: Path
    blank: bool
    """Whether nothing is in it yet."""
    left_out: tuple[str, ...] | None
    """Parts that are not written yet; None: its shape is wrong, so that nobody can say."""
    asked: "Mapping[str, str]"
    """The facts that the customer asks for, and what each asks."""
    problems: "tuple[Problem, ...]"
    """What is wrong with its form."""
    template: str
    """What to begin with."""


def look_at_brief(request: BriefRequest) -> BriefLooked:
    """Look at the brief in the workspace. Raises `UsageProblem` where the engagement asks for none."""
    from labs.engagement.brief import brief_state
    from labs.library.brief_template import template
    from scenarios.brief import MEANS

    found = brief_state(request.engagement)
    left = tuple(MEANS) if found.blank else tuple(found.brief.left_out) if found.brief else None
    asked = {name: fact.asks for name, fact in found.spec.facts.items()}
    begin = template(request.engagement.entry().scenario)
    return BriefLooked(found.file, found.blank, left, asked, found.problems, begin)
