"""The back end that is not a test's: the rest of fdelab, imported when it is first asked."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from labs.base.errors import Interrupted, LabError, UsageProblem
from labs.tui.backend import CancelToken

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


class LocalBackend:
    """Answers from this machine. `start` is the folder that the app was opened in."""

    def __init__(self, start: Path | None = None) -> None:
        self._start = start

    def library_overview(self, lint: bool) -> "list[LibraryItem]":
        from labs.overview.items import library_overview

        return library_overview(lint=lint)

    def resume(self, folder: str | None) -> "Engagement | None":
        from labs.engagement.engagement import Engagement, current

        here = current(self._start)
        if here is not None or folder is None:
            return here
        try:
            return Engagement.load(Path(folder))
        except LabError:
            return None

    def briefing(self, name: str) -> "Briefing":
        from labs.overview.briefing import briefing

        return briefing(name)

    def engage(self, name: str, folder: Path, runtime: str | None) -> "Engagement":
        from labs.engagement.engagement import begin
        from labs.library.catalogue import find
        from labs.progress.store import Store

        engagement, _ = begin(find(name, lint=True), folder, runtime)
        # That it is not found again in the catalogue costs less than not beginning.
        with contextlib.suppress(LabError):
            Store().opened(engagement.folder, engagement.scenario)
        return engagement

    def record(self) -> "Record":
        from labs.overview.items import library_overview
        from labs.overview.record import record
        from labs.overview.upnext import order
        from labs.progress.store import Store

        return record(library_overview(), Store().attempts(), order())

    def review(self, evidence: Path | None) -> "Review | None":
        from labs.overview.review import review

        return review(evidence)

    def export(self, review: "Review") -> list[Path]:
        from labs.overview.review import export

        return export(review)

    def debrief(self, review: "Review", anyway: bool) -> str:
        from labs.overview.debrief import debrief, examined

        return debrief(examined(review.report.scenario, review.folder), anyway=anyway)

    def folder(self, evidence: Path) -> "ExternalProgram":
        from labs.tui.console.local_desk import editor_in

        if not evidence.is_dir():
            raise UsageProblem(f"{evidence} is not there any more", "what progress remembers of it is shown")
        return editor_in(evidence)

    def launch(self, engagement: "Engagement", tell: "Callable[[WorldEvent], None]", leash: CancelToken) -> None:
        from labs.engagement.practice import await_lap, launch, take_down

        world = launch(engagement)
        try:
            await_lap(world, tell, leash.gone)
        except Interrupted:
            if leash.cancelled:
                take_down(engagement)
            raise
        except LabError:
            take_down(engagement)
            raise

    def desk(self, engagement: "Engagement") -> "Desk":
        from labs.tui.console.local_desk import EngagementDesk

        return EngagementDesk(engagement)

    def guidance(self, name: str | None, engagement: "Engagement | None") -> "Guidance | None":
        from labs.engagement import guide
        from labs.library.catalogue import find
        from labs.overview.briefing import engaged

        if engagement is not None:
            return guide.here(engagement)
        if name is None:
            return guide.first()
        entry = find(name)
        return guide.of(entry, engaged(entry))

    def running(self) -> "list[Engagement]":
        from labs.engagement.running import running

        return running()

    def take_down(self, engagements: "list[Engagement]") -> None:
        from labs.engagement.practice import take_down

        for engagement in engagements:
            take_down(engagement)

    def note(self, folder: Path, deed: "Milestone") -> None:
        from labs.engagement.guide import note

        note(folder, deed)
