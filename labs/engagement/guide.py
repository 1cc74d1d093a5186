"""Where a learner is in a scenario's guide: the tip that is next, by what they have done.

What was done in an engagement is kept in its folder, a word a line, so that app and commands go on where the other one
left off; appending a line does no harm to anybody who writes at the same time.
"""

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

from labs.base import paths
from labs.base.errors import LabError
from labs.engagement.engagement import MARK, Engagement
from labs.library.catalogue import Entry, locate
from scenarios import guide, variants
from scenarios.guide import MILESTONES, Guide, Milestone, Tip
from scenarios.problems import ScenarioInvalid


@dataclass(frozen=True)
class Guidance:
    """A guide, and what was done."""

    scenario: str
    """Name, as the catalogue has it."""
    guide: Guide
    done: frozenset[str]
    folder: Path | None
    """Of the engagement; None: not begun."""

    @property
    def tip(self) -> Tip | None:
        """What to say now."""
        return self.guide.tip(self.done)

    def after(self, deed: Milestone) -> "Guidance":
        """With one thing more that was done; the same, where that says nothing new."""
        early = deed == "report-read" and "exam-passed" not in self.done
        return self if early or deed in self.done else replace(self, done=self.done | {deed})


def of(name: str, folder: Path, engagement: Engagement | None) -> Guidance | None:
    """Return where somebody is with the scenario in `folder`; None where it has no guide, or none that can be used."""
    try:
        found = guide.load(folder)
    except ScenarioInvalid:
        return None
    if found is None:
        return None
    done = {"world-launched", *deeds(engagement.folder)} if engagement is not None else set()
    return Guidance(name, found, frozenset(done), engagement.folder if engagement else None)


def here(engagement: Engagement) -> Guidance | None:
    """Return where somebody is with an engagement; whether its scenario can be played is not looked at."""
    try:
        folder = locate(engagement.scenario).parent
    except LabError:
        return None
    return of(engagement.scenario, folder, engagement)


def first() -> Guidance | None:
    """For somebody who has begun nothing: the guide of the first scenario that has one."""
    from labs.progress.store import Store

    store = Store()
    if store.engagements() or store.attempts():
        return None
    return next(filter(None, (of(one.name, one.folder, None) for one in _by_level())), None)


def _by_level() -> list[Entry]:
    guided = [folder for folder in variants.slugs(paths.library()).values() if (folder / guide.GUIDE).is_file()]
    from scenarios import loader

    entries = []
    for folder in guided:
        # One that is broken is for `fdelab list` to tell of.
        with contextlib.suppress(ScenarioInvalid):
            entries.append(Entry(folder.name, folder, loader.load(folder)))
    return sorted(entries, key=lambda entry: (entry.scenario.level, entry.name))


def deeds(folder: Path) -> set[str]:
    """Return what was done in the engagement in `folder`."""
    try:
        return set(_file(folder).read_text("utf-8").split()) & set(MILESTONES)
    except (OSError, UnicodeDecodeError):
        return set()


def note(folder: Path, deed: Milestone) -> None:
    """Remember it. Losing it costs a tip that is shown again, so a full disk is no reason to say anything."""
    if deed not in deeds(folder):
        with contextlib.suppress(OSError), _file(folder).open("a", encoding="utf-8") as file:
            file.write(f"{deed}\n")


def _file(folder: Path) -> Path:
    return folder / MARK / "deeds"
