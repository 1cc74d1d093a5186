"""What had happened, and what others tried, for whoever has passed."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labs.base.errors import LabError, UsageProblem

if TYPE_CHECKING:
    from labs.library.catalogue import Entry


@dataclass(frozen=True)
class DebriefRequest:
    """Whose debrief."""

    scenario: str | None = None
    """Name, path or id of the scenario; left out: that of the engagement in `folder`."""
    folder: Path | None = None
    """Of the engagement that it was about, where there is one; it may be gone."""
    anyway: bool = False
    """Before an exam of it was passed; it gives the answer away."""


@dataclass(frozen=True)
class Debriefed:
    """The debrief."""

    scenario: str
    """Its id."""
    text: str
    """Markdown."""


def debrief(request: DebriefRequest) -> Debriefed:
    """Read the debrief.

    Raises `UsageProblem` where there is none, and `labs.overview.debrief.TooEarly` where no exam of the scenario was
    passed here yet, unless the learner wants it `anyway`.
    """
    from labs.engagement.engagement import Engagement
    from labs.overview.debrief import debrief as text_of
    from labs.overview.debrief import examined

    if request.scenario is not None:
        entry = examined(request.scenario, request.folder)
    elif request.folder is not None:
        entry = Engagement.load(request.folder).entry()
    else:
        raise UsageProblem("the debrief of what?", "fdelab debrief ENGAGEMENT")
    text = text_of(entry, anyway=request.anyway)
    return Debriefed(entry.scenario.id, text + _of_people(request.folder, entry))


def _of_people(folder: Path | None, entry: "Entry") -> str:
    """Return what was asked in the engagement; nothing where its folder is gone, or is another scenario's by now."""
    from labs.engagement.engagement import Engagement
    from labs.overview.asked import people_page

    if folder is None:
        return ""
    try:
        engagement = Engagement.load(folder)
        return f"\n{people_page(engagement)}" if engagement.entry().folder == entry.folder else ""
    except LabError:
        return ""
