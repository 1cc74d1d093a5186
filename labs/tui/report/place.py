"""Report: an exam, looked back at: verdict, checks, time line, what changed since before, and what was asked."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Container
from textual.dom import DOMNode
from textual.widget import Widget

from labs.base.errors import LabError
from labs.tui.answers import Answer, Trouble, heeds
from labs.tui.console.outside import allowed, visit
from labs.tui.console.work import OpenExternal
from labs.tui.gone import Gone
from labs.tui.help import Help
from labs.tui.palette import Command
from labs.tui.panelbar import PanelBar
from labs.tui.place import LEAST, Place
from labs.tui.report.asked import AskedPanel
from labs.tui.report.compare import Compare
from labs.tui.report.course import TimeLine
from labs.tui.report.head import Head
from labs.tui.report.verdicts import Verdicts

if TYPE_CHECKING:
    from labs.overview.review import Review
    from scenarios.guide import Milestone

PANELS = {
    "checks": ("c", "Checks"), "course": ("t", "Time line"), "compare": ("d", "Difference"), "asked": ("a", "Asked"),
}  # fmt: skip
"""Key and title by the panel's id."""
FOCUS = {"checks": "#table", "course": "#lanes", "compare": "#differences", "asked": "#questions"}
NO_EXAM = "No exam was taken yet", "launch an engagement from its briefing; in the console, e takes the exam"
KEYS = "[b $primary]ctrl+r[/] read again   [b $primary]5[/] progress   [b $primary]1[/] catalogue"


class Report(Place):
    """The verdict above; checks, time line, difference and questions below, all at once where there is room."""

    # Side by side, checks and difference need more room than two panels of other places do.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (150, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (LEAST, "-short"), (44, "-tall")]  # noqa: RUF012
    PLACE: ClassVar = "report"
    CSS_PATH = "place.tcss"
    AUTO_FOCUS = ""
    ABOUT: ClassVar = Help(
        "Report",
        "What an exam came to: the last one, or the one that you picked in Progress. Everything here is computed from "
        "its folder of evidence, which is yours: o opens it, y copies its path, x writes the report there as Markdown "
        "and JSON. Any tool reads it; `fdelab regrade` judges it again.\n\nOnce you have passed, b tells the debrief: "
        "what had happened, what mends it, and why the tempting fixes do not.",
    )
    BINDINGS: ClassVar = [
        Binding("b", "debrief", "Debrief"),
        Binding("o", "folder", "Evidence"),
        Binding("y", "copy", "Copy path"),
        Binding("x", "export", "Export"),
        Binding("ctrl+r", "look", "Read again", show=False),
        *(Binding(key, f"front('{panel}')", title, show=False) for panel, (key, title) in PANELS.items()),
    ]

    class Read(Answer):
        """An exam was read; None: there is none."""

        def __init__(self, review: "Review | None") -> None:
            super().__init__()
            self.review = review

    class Written(Answer):
        """The report was exported."""

        def __init__(self, files: list[Path]) -> None:
            super().__init__()
            self.files = files

    class Debriefed(Answer):
        """The debrief was read, or there is a reason why not."""

        def __init__(self, told: str | LabError) -> None:
            super().__init__()
            self.told = told

    review: "Review | None" = None
    """What is shown."""

    def contents(self) -> Iterator[Widget]:
        yield Gone(KEYS)
        yield Head(id="head")
        with Container(id="board"):
            yield PanelBar(PANELS, "checks")
            yield Verdicts("checks")
            yield Compare("compare")
            yield TimeLine("course")
            yield AskedPanel("asked")

    def on_mount(self) -> None:
        self._bring_to_front("checks")
        self.watch(self.app, "examined", self.again, init=False)

    def wants(self) -> object:
        return self.lab.examined

    def clear(self) -> None:
        self.review = None
        self.query_one(Gone).wait("Reading the report")
        self.add_class("-gone")
        self.refresh_bindings()

    def arrive(self) -> None:
        if self.review is None:
            self.action_look()

    def seen(self) -> "Iterator[Milestone]":
        if self.review is not None:
            yield "report-read"

    def action_look(self) -> None:
        """Read the evidence, again where it was read."""
        wanted = self.lab.examined
        self.fetch(lambda: self.Read(self.lab.backend.review(wanted)), "review")

    @heeds(Read)
    def _show(self, read: Read) -> None:
        review = read.review
        if review is None:
            self._leave(*NO_EXAM, wanted=True)
            return
        self.review = review
        self.remove_class("-gone")
        with self.app.batch_update():
            self.query_one(Head).show(review)
            self.query_one(Verdicts).show(review.report)
            self.query_one(Compare).show(review)
            self.query_one(AskedPanel).show(review.report)
            why = review.trouble.what if review.trouble else review.report.reason
            self.query_one(TimeLine).show(review.course, why)
        if review.trouble is not None and review.trouble.remedy:
            self.notify(f"{review.trouble.what}\n→ {review.trouble.remedy}", title="Only what is remembered",
                        severity="warning", markup=False)  # fmt: skip
        self.refresh_bindings()
        self.coach.look_around()
        if self.focused is None:
            self.action_front(self.query_one(PanelBar).front)

    def _leave(self, reason: str, advice: str, *, wanted: bool) -> None:
        self.review = None
        self.query_one(Gone).show(reason, advice, wanted)
        self.add_class("-gone")
        self.refresh_bindings()

    @heeds(Trouble)
    def _troubled(self, trouble: Trouble) -> None:
        if trouble.work == "review":
            self._leave(trouble.what, trouble.remedy or "", wanted=False)

    def action_front(self, panel: str) -> None:
        """Bring a panel to the front, and go to it."""
        self._bring_to_front(panel)
        self.query_one(FOCUS[panel]).focus()

    def reveal(self, node: DOMNode) -> None:
        for panel in PANELS:
            if self.query_one(f"#{panel}") in node.ancestors_with_self:
                self.action_front(panel)

    def _bring_to_front(self, panel: str) -> None:
        for name in PANELS:
            self.query_one(f"#{name}").set_class(name == panel, "-front")
        self.query_one(PanelBar).show(panel)

    def action_debrief(self, anyway: bool = False) -> None:
        """Open what had happened, for whoever may read it; or whoever wants it `anyway`."""
        review = self.review
        if review is not None:
            self.fetch(lambda: self._debrief(review, anyway), "debrief")

    def _debrief(self, review: "Review", anyway: bool) -> Debriefed:
        told: str | LabError
        try:
            told = self.lab.backend.debrief(review, anyway)
        except LabError as why:
            told = why
        return self.Debriefed(told)

    @heeds(Debriefed)
    def _show_debrief(self, debriefed: Debriefed) -> None:
        # Not with the place, which is entered far more often: it brings a renderer of Markdown, and more of the lab.
        from labs.tui.report.debrief import Debrief

        def again(wanted: bool | None) -> None:
            if wanted:
                self.action_debrief(anyway=True)

        if self.app.screen is self:
            self.app.push_screen(Debrief(debriefed.told), again)

    def action_copy(self) -> None:
        """Copy the evidence's path into the clipboard, and show it where there is none."""
        if self.review is not None:
            path = str(self.review.evidence)
            self.app.copy_to_clipboard(path)
            self.notify(path, title="Copied", markup=False)

    def action_folder(self) -> None:
        """Open the evidence in an editor or file manager."""
        if self.review is not None:
            evidence = self.review.evidence
            self.fetch(lambda: OpenExternal(self.lab.backend.folder(evidence)), "outside")

    @heeds(OpenExternal)
    def _go_outside(self, outward: OpenExternal) -> None:
        visit(self, outward.to)

    def action_export(self) -> None:
        """Markdown and JSON beside the evidence."""
        review = self.review
        if review is not None:
            self.fetch(lambda: self.Written(self.lab.backend.export(review)), "export")

    @heeds(Written)
    def _written(self, written: Written) -> None:
        self.notify("\n".join(str(file) for file in written.files), title="Written", markup=False, timeout=10)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a report there is little to do; in a browser, no program to start."""
        if action == "folder" and not allowed():
            return False
        if action in ("debrief", "folder", "copy", "export", "front") and self.review is None:
            return False
        return super().check_action(action, parameters)

    def commands(self) -> Iterator[Command]:
        if self.review is not None:
            yield Command("Read the debrief", "what had happened, once you have passed (b)", self.action_debrief)
            yield Command("Export the report", "as Markdown and JSON, beside the evidence (x)", self.action_export)
            if allowed():
                yield Command("Open the evidence", "the folder, in your editor (o)", self.action_folder)
            yield Command("Copy the evidence's path", "for other tools (y)", self.action_copy)
            for panel, (key, title) in PANELS.items():
                yield Command(f"Show {title.lower()}", f"bring it to the front ({key})", self._bringer(panel))
        yield Command("Read the evidence again", "after it was changed or came back (ctrl+r)", self.action_look)

    def _bringer(self, panel: str) -> Callable[[], None]:
        return lambda: self.action_front(panel)
