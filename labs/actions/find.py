"""Find what there is: the library, an engagement to go on with, where the learner is in a guide, what runs."""

from pathlib import Path
from typing import TYPE_CHECKING

from labs.base.errors import LabError

if TYPE_CHECKING:
    from labs.engagement.artefacts import Artefact
    from labs.engagement.engagement import Engagement
    from labs.engagement.guide import Guidance
    from labs.overview.briefing import Briefing
    from labs.overview.incident import IncidentOverview, Opened
    from labs.overview.items import LibraryItem


def library(lint: bool) -> "list[LibraryItem]":
    """Every scenario of the library, the broken ones too; with `lint` all their problems, a second later.

    Raises `LabError` where progress or the library cannot be read.
    """
    from labs.overview.items import library_overview

    return library_overview(lint=lint)


def briefing(name: str) -> "Briefing":
    """All that there is to know before a scenario is begun. Raises `UsageProblem` where it is gone or broken."""
    from labs.overview import briefing as overview

    return overview.briefing(name)


def resume(here: Path | None, last: Path | None) -> "Engagement | None":
    """Return the engagement that the folder `here` (left out: the working folder) is in, else the one in `last`.

    None where neither is there. Raises `UsageProblem` where the one here cannot be read.
    """
    from labs.engagement.engagement import Engagement, current

    found = current(here)
    if found is not None or last is None:
        return found
    try:
        return Engagement.load(last)
    except LabError:
        return None


def incident(engagement: "Engagement") -> "IncidentOverview":
    """Return what is left of its bad day. Raises `UsageProblem` where it came without an incident."""
    from labs.overview.incident import incident_overview

    return incident_overview(engagement)


def artefact(overview: "IncidentOverview", artefact: "Artefact") -> "Opened":
    """One thing of it, read. Raises `UsageProblem` where it is gone or torn."""
    from labs.overview.incident import opened

    return opened(overview, artefact)


def running() -> "list[Engagement]":
    """Engagements whose world is up, the one that was opened last first."""
    from labs.engagement import running as engagements

    return engagements.running()


def guidance(name: str | None, engagement: "Engagement | None") -> "Guidance | None":
    """Where the learner is in the guide of a scenario or of an engagement with one, if it has one.

    With neither: in the guide for newcomers. Raises `LabError` where the scenario or progress cannot be read.
    """
    from labs.engagement import guide

    if engagement is not None:
        return guide.here(engagement)
    if name is None:
        return guide.first()
    from labs.library.catalogue import find
    from labs.overview.briefing import engaged

    entry = find(name)
    return guide.of(entry.name, entry.folder, engaged(entry))
