"""The back end that is not a test's: the actions, imported when they are first asked for."""

from pathlib import Path
from typing import TYPE_CHECKING

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


class LocalBackend:
    """Answers from this machine. `start` is the folder that the app was opened in."""

    def __init__(self, start: Path | None = None) -> None:
        self._start = start

    def library_overview(self, lint: bool) -> "list[LibraryItem]":
        from labs.actions.find import library

        return library(lint)

    def resume(self, folder: str | None) -> "Engagement | None":
        from labs.actions.find import resume

        return resume(self._start, Path(folder) if folder is not None else None)

    def briefing(self, name: str) -> "Briefing":
        from labs.actions.find import briefing

        return briefing(name)

    def start(self, request: "StartRequest", tell: "Tell", cancel: "CancelToken") -> "Started":
        from labs.actions.start import start

        return start(request, tell, cancel)

    def record(self) -> "Record":
        from labs.actions.progress import learner_record

        return learner_record()

    def review(self, evidence: Path | None) -> "Review | None":
        from labs.actions.review import ReviewRequest, look_back

        return look_back(ReviewRequest(evidence))

    def export(self, review: "Review") -> list[Path]:
        from labs.actions.review import ExportRequest, export_report

        return export_report(ExportRequest(review))

    def debrief(self, review: "Review", anyway: bool) -> str:
        from labs.actions.debrief import DebriefRequest, debrief

        return debrief(DebriefRequest(review.report.scenario, review.folder, anyway)).text

    def incident(self, engagement: "Engagement") -> "IncidentOverview":
        from labs.actions.find import incident

        return incident(engagement)

    def artefact(self, overview: "IncidentOverview", artefact: "Artefact") -> "Opened":
        from labs.actions.find import artefact as read

        return read(overview, artefact)

    def folder(self, evidence: Path) -> "ExternalProgram":
        from labs.actions.programs import editor_in
        from labs.actions.review import evidence_folder

        return editor_in(evidence_folder(evidence))

    def desk(self, engagement: "Engagement") -> "Desk":
        from labs.tui.console.local_desk import EngagementDesk

        return EngagementDesk(engagement)

    def guidance(self, name: str | None, engagement: "Engagement | None") -> "Guidance | None":
        from labs.actions.find import guidance

        return guidance(name, engagement)

    def running(self) -> "list[Engagement]":
        from labs.actions.find import running

        return running()

    def take_down(self, engagements: "list[Engagement]") -> None:
        from labs.actions.stop import StopRequest, stop

        stop(StopRequest(engagements))

    def note(self, folder: Path, milestone: "Milestone") -> None:
        from labs.actions.memory import reach

        reach(folder, milestone)
