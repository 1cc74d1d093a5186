"""All that the app asks of the rest of fdelab. Every call may take time and is made in a worker.

Each raises a `LabError` that says what is wrong and what to do about it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.engagement.guide import Guidance
    from labs.overview.briefing import Briefing
    from labs.overview.items import LibraryItem
    from labs.overview.record import Record
    from labs.overview.review import Review
    from labs.tui.console.desk import Desk, ExternalProgram
    from scenarios.guide import Milestone
    from simulator.protocol.events import Event as WorldEvent


@dataclass
class CancelToken:
    """Held while something long runs: lets go of it, or has it ended and cleaned up."""

    gone: Event = field(default_factory=Event)
    """Set: nobody waits any more."""
    cancelled: bool = False
    """Whether it is to be ended; else it goes on by itself."""

    def cancel(self) -> None:
        """End it, and leave nothing of it."""
        self.cancelled = True
        self.gone.set()


class Backend(Protocol):
    """What the places show, and what they can have done."""

    def library_overview(self, lint: bool) -> "list[LibraryItem]":
        """Every scenario of the library, those with problems too; with `lint` all their problems, a second later."""

    def resume(self, folder: str | None) -> "Engagement | None":
        """The engagement in the folder that the app was opened in, else the one in `folder`, if it is still there."""

    def briefing(self, name: str) -> "Briefing":
        """All that there is to know before a scenario is begun."""

    def engage(self, name: str, folder: Path, runtime: str | None) -> "Engagement":
        """Make an engagement's folder, or complete the one that is there."""

    def record(self) -> "Record":
        """What the learner's exams came to."""

    def review(self, evidence: Path | None) -> "Review | None":
        """The exam with that evidence; left out: the one that was taken last. None: there was none yet."""

    def export(self, review: "Review") -> list[Path]:
        """Write its report beside its evidence; returns the files."""

    def debrief(self, review: "Review", anyway: bool) -> str:
        """The debrief of its scenario, as Markdown.

        Raises `labs.overview.debrief.TooEarly` where no exam of it was passed yet, unless `anyway`.
        """

    def folder(self, evidence: Path) -> "ExternalProgram":
        """What opens the folder of an exam's evidence."""

    def launch(self, engagement: "Engagement", tell: "Callable[[WorldEvent], None]", leash: CancelToken) -> None:
        """Bring its world up, or join one that comes up already; return when its first lap runs.

        `tell` hears every event. Raises `Interrupted` when the leash is let go.
        """

    def desk(self, engagement: "Engagement") -> "Desk":
        """What the console works on."""

    def guidance(self, name: str | None, engagement: "Engagement | None") -> "Guidance | None":
        """Where the learner is in a scenario's guide, if it has one; with neither, in that for newcomers."""

    def running(self) -> "list[Engagement]":
        """Engagements whose world is up, which runs on when the app is left."""

    def take_down(self, engagements: "list[Engagement]") -> None:
        """End their worlds."""

    def note(self, folder: Path, deed: "Milestone") -> None:
        """Remember that something was done in the engagement in `folder`."""
