"""The debrief: what had happened, and what others tried, for whoever has passed."""

import contextlib
from pathlib import Path

from labs.base.errors import LabError, UsageProblem
from labs.engagement.engagement import Engagement
from labs.library.catalogue import Entry, find
from labs.progress.store import Store
from scenarios.folder import text as page


class TooEarly(UsageProblem):
    """It gives the answer away, and no exam was passed here yet; whoever wants it anyway may say so."""


def debrief(entry: Entry, *, anyway: bool = False) -> str:
    """Its Markdown.

    Raises `UsageProblem` where there is none, and `TooEarly` where no exam was passed here yet, unless `anyway`.
    """
    if not entry.debrief.is_file():
        raise UsageProblem(f"{entry.scenario.id} has no debrief", "its author can add one: debrief.md in its folder")
    if not (anyway or passed(entry)):
        raise TooEarly(
            f"the debrief of {entry.scenario.id} gives the answer away, and no exam of it was passed here yet",
            f"pass one: fdelab exam; or read it now: fdelab debrief {entry.name} --anyway",
        )
    return page(entry.debrief)


def passed(entry: Entry) -> bool:
    """Whether an exam of it was passed on this machine."""
    return any(one.scenario == entry.scenario.id and one.result == "passed" for one in Store().attempts())


def examined(scenario: str, folder: Path | None) -> Entry:
    """Return the scenario, by its id, that an exam was about: that of the engagement in `folder`, else the library's.

    Raises `UsageProblem` where there is none any more, or it is not valid.
    """
    if folder is not None:
        with contextlib.suppress(LabError):
            entry = Engagement.load(folder).entry()
            if entry.scenario.id == scenario:
                return entry
    return find(scenario)
