"""All that a learner is told before an engagement begins, gathered in one look."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from labs.base.errors import LabError
from labs.engagement.engagement import Engagement
from labs.library.catalogue import Entry, find
from labs.library.loss import Loss, loss
from labs.progress.store import Store
from scenarios.folder import text as page
from simulator.runtime import Availability, availability


@dataclass(frozen=True)
class Briefing:
    """A scenario, its customer's words, and where it would be taken."""

    entry: Entry
    letter: str
    """Markdown."""
    loss: Loss | None
    folder: Path
    """Of the engagement that is there, else where a new one would go."""
    engagement: Engagement | None
    """None: not begun on this machine."""
    running: bool
    """Whether its world is up."""
    docker: str | None
    """Why containers cannot be used here; None when they can."""


def briefing(name: str, docker: Availability | None = None) -> Briefing:
    """Look at a scenario and at this machine. Raises `UsageProblem`, and `ScenarioProblems` with all of them."""
    entry = find(name, lint=True)
    engagement = engaged(entry)
    docker = docker or availability()
    return Briefing(
        entry=entry,
        letter=_letter(entry),
        loss=loss(entry),
        folder=engagement.folder if engagement else _free(_usual(entry)),
        engagement=engagement,
        running=engagement is not None and engagement.world() is not None,
        docker=None if docker.usable else (str(docker.problems[0]) if docker.problems else "no engine answers"),
    )


def _letter(entry: Entry) -> str:
    try:
        return page(entry.briefing)
    except FileNotFoundError:
        return f"# {entry.scenario.title}\n\n{entry.scenario.summary}"


def engaged(entry: Entry) -> Engagement | None:
    """Return the one with this scenario that was opened last, and is still there.

    Also one in the usual folder that progress does not know, as after a begin on a full disk.
    """
    known = [begun.folder for begun in Store().engagements() if begun.scenario == entry.name]
    for folder in (*known, _usual(entry)):
        with contextlib.suppress(LabError):
            found = Engagement.load(folder)
            if found.scenario == entry.name:
                return found
    return None


def _usual(entry: Entry) -> Path:
    """Where an engagement goes unless somebody wants it elsewhere."""
    return Path.home() / entry.scenario.id


def _free(folder: Path) -> Path:
    """Return the folder, or one beside it with a number, that nothing is in."""
    number, place = 2, folder
    while place.exists() and (not place.is_dir() or any(place.iterdir())):
        place, number = folder.with_name(f"{folder.name}-{number}"), number + 1
    return place
