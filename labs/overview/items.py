"""The library as one learner sees it: every scenario, how far they are with it, and what is wrong with broken ones."""

import os
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from pathlib import Path

from labs.base import paths
from labs.base.errors import LabError
from labs.engagement.engagement import Engagement
from labs.library.catalogue import Entry
from labs.progress.store import Attempt, EngagementRecord, Store
from scenarios import folder as layout
from scenarios import loader, variants
from scenarios.draws import Template
from scenarios.problems import Problem, render

State = tuple[tuple[str, int, int], ...]
"""What files were like: path, nanoseconds of the last change, bytes."""


class ItemStatus(StrEnum):
    """How far a learner is with a scenario; the words are what is shown."""

    NEW = "new"
    ENGAGED = "engaged"
    """There is a folder, and no world runs."""
    RUNNING = "running"
    PASSED = "passed"
    BROKEN = "broken"
    """The scenario's file cannot be used."""


@dataclass(frozen=True)
class LibraryItem:
    """One scenario of the library."""

    name: str
    entry: Entry | None
    """None when it cannot be used."""
    standing: ItemStatus
    best: Attempt | None = None
    """With the highest score of all that were judged."""
    attempts: int = 0
    folder: Path | None = None
    """Of the engagement that was opened last, while it is still there."""
    verified: str | None = None
    """How far it was proven, in words; None: it is not proven, or broken."""
    problems: str = ""
    """What is wrong with it, each at its place with a caret."""

    @property
    def passed(self) -> bool:
        """Whether an exam of it was ever passed: a running engagement may have been."""
        return self.best is not None and self.best.passed


def library_overview(
    library: Path | None = None, *, lint: bool = False, store: Store | None = None
) -> list[LibraryItem]:
    """Every scenario of a library, the broken ones last, else by level and name. Raises `LabError`.

    Without `lint`, which takes a second for the words of every package, only what is wrong in shape counts as broken.
    A folder that is as it was when this process read it last is not read again.
    """
    store = store or Store()
    attempts, begun = store.attempts(), store.engagements()
    folders = variants.slugs(library or paths.library()).values()
    listed = [_listed(folder, *_read(folder, lint, _state(folder)), attempts, begun) for folder in folders]
    return sorted(listed, key=lambda one: (one.entry.scenario.level if one.entry else 99, one.name))


@lru_cache(maxsize=128)
def _read(folder: Path, lint: bool, state: State) -> tuple[Template | None, tuple[Problem, ...]]:  # noqa: ARG001
    """Return a scenario, and what is wrong with it; its folder's `state` tells what it was before from what it is."""
    words = None
    if lint:
        from labs.library.vocabulary import vocabulary

        words = vocabulary()
    return loader.examine(folder, words)


def _state(folder: Path) -> State:
    """Return path, time and size of each file, as far as it counts: what holds more of them is refused unread."""
    files = (os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)  # noqa: PTH118 - fast
    return tuple(sorted(filter(None, map(_stamp, islice(files, layout.FILES + 1)))))


def _stamp(path: str) -> tuple[str, int, int] | None:
    try:
        found = os.lstat(path)
    except OSError:  # it is gone by now
        return None
    return path, found.st_mtime_ns, found.st_size


def _listed(
    folder: Path,
    scenario: Template | None,
    wrong: tuple[Problem, ...],
    attempts: list[Attempt],
    begun: list[EngagementRecord],
) -> LibraryItem:
    name = folder.name
    if scenario is None or wrong:
        return LibraryItem(name, None, ItemStatus.BROKEN, problems=render(wrong).rstrip())
    own = [one for one in attempts if one.scenario == scenario.id]
    best = max((one for one in own if one.score is not None), key=lambda one: (one.passed, one.score), default=None)
    engagement = next(filter(None, (_there(one) for one in begun if one.scenario == name)), None)
    entry = Entry(name, folder, scenario)
    return LibraryItem(
        name,
        entry,
        _standing(engagement, best),
        best,
        len(own),
        engagement.folder if engagement else None,
        entry.verified(),
    )


def _there(begun: EngagementRecord) -> Engagement | None:
    """Return the engagement, unless its folder is gone or has become something else."""
    try:
        found = Engagement.load(begun.folder)
    except LabError:
        return None
    return found if found.scenario == begun.scenario else None


def _standing(engagement: Engagement | None, best: Attempt | None) -> ItemStatus:
    if engagement is not None and engagement.world() is not None:
        return ItemStatus.RUNNING
    if best is not None and best.passed:
        return ItemStatus.PASSED
    return ItemStatus.NEW if engagement is None else ItemStatus.ENGAGED
