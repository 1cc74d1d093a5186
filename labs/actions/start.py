"""Take an engagement, or go on with one: make its folder, and bring its world up."""

import contextlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from labs.actions.events import FolderReady, Tell, WorldEvent, WorldJoined, WorldOf, unheard
from labs.actions.memory import remember
from labs.base.cancel import CancelToken
from labs.base.errors import Interrupted, LabError, UsageProblem

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.library.catalogue import Entry


@dataclass(frozen=True)
class StartRequest:
    """What to begin, and where."""

    scenario: str | None = None
    """Name or path; left out: that of the engagement which `here` is in."""
    folder: Path | None = None
    """Of the engagement; left out: the one that `here` is in, else one of the scenario's name in the working folder."""
    runtime: str | None = None
    """Left out: as it was begun before, else `auto`."""
    files_only: bool = False
    """Whether no world is to be brought up."""
    here: "Engagement | None" = None
    """The engagement that the learner is in."""


class WorldState(StrEnum):
    """What became of the world."""

    NONE = "none"
    """None was asked for."""
    RAN = "ran"
    """It had been up before."""
    UP = "up"
    """Its first lap has begun."""
    BROKEN = "broken"
    """It is up and waits for a redeploy: the deployment did not start."""


@dataclass(frozen=True)
class Started:
    """The engagement, as it is now."""

    engagement: "Engagement"
    new: bool
    """Whether its folder was made just now."""
    world: WorldState
    last_lines: tuple[str, ...] = ()
    """What a deployment that did not start printed last."""
    unkept: LabError | None = None
    """Why progress does not know of it, where it does not."""


def start(request: StartRequest, tell: Tell = unheard, cancel: CancelToken | None = None) -> Started:
    """Make the engagement's folder, or complete the one that is there, and bring its world up, or join it.

    Once `cancel` is gone it raises `Interrupted`: where it was cancelled, no world is left and the folder stays; where
    it was let go of, the world comes up by itself. Raises `UsageProblem` where it is not clear what is meant or the
    folder cannot be used, and `CouldNotJudge` where the world does not come up, of which nothing is left then.
    """
    from labs.engagement.engagement import begin

    entry, folder = _meant(request)
    engagement, new = begin(entry, folder, request.runtime)
    unkept = remember(lambda store: store.opened(engagement.folder, engagement.scenario))
    tell(FolderReady(engagement, new))
    world, lines = (WorldState.NONE, ()) if request.files_only else _bring_up(engagement, tell, cancel)
    return Started(engagement, new, world, lines, unkept)


def _meant(request: StartRequest) -> "tuple[Entry, Path]":
    """Return the scenario that is meant, and the engagement's folder."""
    from labs.library.catalogue import find

    here, scenario = request.here, request.scenario
    if scenario is None:
        if here is None:
            raise UsageProblem("which engagement?", "fdelab start NAME; `fdelab list` shows them")
        return find(here.scenario, lint=True), here.folder
    entry = find(scenario, lint=True)
    if request.folder is None and here is not None:
        if here.entry().folder != entry.folder:
            raise UsageProblem(
                f"{here.folder} is an engagement with {here.scenario}", f"go elsewhere, or fdelab start {scenario} DIR"
            )
        return entry, here.folder
    return entry, request.folder or Path(entry.scenario.id)


def _bring_up(engagement: "Engagement", tell: Tell, cancel: CancelToken | None) -> tuple[WorldState, tuple[str, ...]]:
    from labs.engagement.practice import LAST_LINES, await_lap, launch, take_down, up
    from simulator.protocol.events import DeploymentFailed, Event

    broken: list[str] = []
    tell(WorldOf(engagement.entry().scenario))

    def hear(event: Event) -> None:
        tell(WorldEvent(event))
        if isinstance(event, DeploymentFailed):
            broken.extend(event.last_lines[-LAST_LINES:])

    world, joined = launch(engagement)
    if joined:
        there = up(world)
        tell(WorldJoined(there))
        if there:
            return WorldState.RAN, ()
    try:
        failed = isinstance(await_lap(world, hear, cancel), DeploymentFailed)
    except Interrupted:
        if cancel is not None and cancel.cancelled:
            take_down(engagement)
        raise
    except LabError:
        # Why it failed is to be told, not why what is left of it cannot be cleaned up: the next start does that.
        with contextlib.suppress(LabError):
            take_down(engagement)
        raise
    except BaseException:
        if not joined:
            take_down(engagement)
        raise
    return (WorldState.BROKEN, tuple(broken)) if failed else (WorldState.UP, ())
