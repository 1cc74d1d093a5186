"""Jump to a phase of the lap; practice only."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from scenarios.model import Phase


@dataclass(frozen=True)
class JumpRequest:
    """Where to."""

    engagement: "Engagement"
    phase: str


def phases(engagement: "Engagement") -> "list[Phase]":
    """Return the phases that one may know of: those that have begun in this world."""
    from labs.engagement import practice

    return practice.met(engagement)


def jump(request: JumpRequest) -> None:
    """End the running lap, and begin the next one with the phase.

    Raises `UsageProblem` where there is no such phase, or no world runs.
    """
    from labs.engagement import practice

    practice.jump(request.engagement, request.phase)
