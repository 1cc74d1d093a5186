"""What is remembered of an action, in progress and for the tips: losing it never costs the action itself."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from labs.base.errors import LabError

if TYPE_CHECKING:
    from labs.progress.store import Store
    from scenarios.guide import Milestone


def remember(enter: "Callable[[Store], None]") -> LabError | None:
    """Let something enter progress. Returns why it could not, which whoever asked is to be told, and no more."""
    from labs.progress.store import Store

    try:
        enter(Store())
    except LabError as error:
        return error
    return None


def reach(folder: Path, *milestones: "Milestone") -> "tuple[Milestone, ...]":
    """Remember what was done in the engagement in `folder`, for its tips; returns that."""
    from labs.engagement.guide import note

    for milestone in milestones:
        note(folder, milestone)
    return milestones
