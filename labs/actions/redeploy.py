"""Put the workspace into the running world."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labs.actions.events import Tell, WorldOf, of_world, unheard
from labs.actions.memory import reach
from labs.base.cancel import CancelToken

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.exam.submission import Collected
    from scenarios.guide import Milestone


@dataclass(frozen=True)
class RedeployRequest:
    """Whose workspace."""

    engagement: "Engagement"


@dataclass(frozen=True)
class Redeployed:
    """What became of it."""

    collected: "Collected"
    """What was taken from the workspace."""
    ready: bool
    """Whether it takes traffic now."""
    last_lines: tuple[str, ...] = ()
    """What it printed last, when it does not."""
    milestones: "tuple[Milestone, ...]" = ()
    """What was noted for the tips."""


def redeploy(request: RedeployRequest, tell: Tell = unheard, cancel: CancelToken | None = None) -> Redeployed:
    """Put the workspace into the world, and wait until it takes traffic, or clearly never will.

    Raises `UsageProblem` where no world runs, or where it is paused for an exam, and `SubmissionInvalid` where the
    workspace cannot be taken. Once `cancel` is gone it raises `Interrupted`: what was put into the world stays there.
    """
    from labs.engagement import practice

    tell(WorldOf(request.engagement.entry().scenario))
    done = practice.redeploy(request.engagement, of_world(tell), cancel)
    reached = reach(request.engagement.folder, "file-saved") if done.collected.changed else ()
    return Redeployed(done.collected, done.ready, done.last_lines, reached)
