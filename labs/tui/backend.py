"""All that the app asks of the rest of fdelab. Every call may take time and is made in a worker.

Each raises a `LabError` that says what is wrong and what to do about it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from labs.actions.events import Tell
    from labs.actions.programs import ExternalProgram
    from labs.actions.start import Started, StartRequest
    from labs.base.cancel import CancelToken
    from labs.engagement.artefacts import Artefact
    from labs.engagement.engagement import Engagement
    from labs.engagement.guide import Guidance
    from labs.overview.briefing import Briefing
    from labs.overview.incident import IncidentOverview, Opened
    from labs.overview.items import LibraryItem
    from labs.overview.record import Record
    from labs.overview.review import Review
    from labs.tui.console.desk import Desk
    from scenarios.guide import Milestone


class Backend(Protocol):
    """What the places show, and what they can have done."""

    def library_overview(self, lint: bool) -> "list[LibraryItem]":
        """Every scenario of the library, those with problems too; with `lint` all their problems, a second later."""

    def resume(self, folder: str | None) -> "Engagement | None":
        """Return the engagement in the folder that the app was opened in, else the one in `folder`, if still there."""

    def briefing(self, name: str) -> "Briefing":
        """All that there is to know before a scenario is begun."""

    def start(self, request: "StartRequest", tell: "Tell", cancel: "CancelToken") -> "Started":
        """Make an engagement's folder, or complete the one that is there, and bring its world up, or join it.

        Returns when its first lap runs. Raises `Interrupted` once `cancel` is gone.
        """

    def record(self) -> "Record":
        """Return what the learner's exams came to."""

    def review(self, evidence: Path | None) -> "Review | None":
        """Return the exam with that evidence; left out: the one that was taken last. None: there was none yet."""

    def export(self, review: "Review") -> list[Path]:
        """Write its report beside its evidence; returns the files."""

    def debrief(self, review: "Review", anyway: bool) -> str:
        """Return the debrief of its scenario, as Markdown.

        Raises `labs.overview.debrief.TooEarly` where no exam of it was passed yet, unless `anyway`.
        """

    def incident(self, engagement: "Engagement") -> "IncidentOverview":
        """Return what is left of the bad day of an engagement."""

    def artefact(self, overview: "IncidentOverview", artefact: "Artefact") -> "Opened":
        """One thing of it, read."""

    def folder(self, evidence: Path) -> "ExternalProgram":
        """Return what opens the folder of an exam's evidence."""

    def desk(self, engagement: "Engagement") -> "Desk":
        """Return what the console works on."""

    def guidance(self, name: str | None, engagement: "Engagement | None") -> "Guidance | None":
        """Where the learner is in a scenario's guide, if it has one; with neither, in that for newcomers."""

    def running(self) -> "list[Engagement]":
        """Engagements whose world is up, which runs on when the app is left."""

    def take_down(self, engagements: "list[Engagement]") -> None:
        """End their worlds."""

    def note(self, folder: Path, milestone: "Milestone") -> None:
        """Remember that something was done in the engagement in `folder`."""
