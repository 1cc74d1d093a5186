"""An exam on its way: how far it is, what happens in it, and in the end its verdict."""

import time
from collections.abc import Mapping
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import ProgressBar, Static

from labs.events import describe, lasts
from labs.live.words import amount

if TYPE_CHECKING:
    from labs.tui.console.desk import Examined
    from scenarios.model import Scenario


class Exam(ModalScreen[bool]):
    """True when the learner wants to read the report."""

    CSS_PATH = "exam.tcss"
    BINDINGS: ClassVar = [
        Binding("c", "cancel", "Cancel"),
        Binding("enter", "read", "Report"),
        Binding("escape", "leave", "Close"),
    ]

    def __init__(self, scenario: "Scenario", readable: bool) -> None:
        """`readable`: there is a place that shows reports."""
        super().__init__()
        self._readable = readable
        self._scenario = scenario
        self.cancel = Event()
        self.over = False
        self._begun: float | None = None
        self._lines: list[Content] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="page") as page:
            page.border_title = "Exam"
            page.border_subtitle = "c cancels"
            says = "A fresh world, a seed that nobody knows, one of the customer's days."
            yield Static(f"{says} Your own world waits meanwhile.", classes="dim")
            yield ProgressBar(id="progress", show_eta=False)
            with VerticalScroll(id="story", can_focus=False):
                yield Static(id="lines")

    def on_mount(self) -> None:
        self.set_interval(0.25, self._tick)

    def _tick(self) -> None:
        if self._begun is not None and not self.over:
            self.query_one(ProgressBar).update(progress=time.monotonic() - self._begun)

    def tell(self, event: Mapping[str, Any]) -> None:
        """Something happened in it."""
        if event["kind"] == "lap-started":
            self._begun = time.monotonic()
            self.query_one(ProgressBar).update(total=lasts(event["timeline"]), progress=0)
        text = describe(event, self._scenario)
        if text is not None:
            self._say(Content(text))

    def _say(self, line: Content) -> None:
        self._lines.append(line)
        self.query_one("#lines", Static).update(Content("\n").join(self._lines[-200:]))
        self.call_after_refresh(self.query_one("#story").scroll_end, animate=False)

    def show(self, done: "Examined") -> None:
        """It is over, and judged."""
        self._end("enter shows the report · esc closes" if self._readable else "esc closes")
        report = done.report
        glyph, colour, word = _RESULTS[str(report.result)]
        score = "" if report.score is None else f"  {report.score:g} of 100"
        self._say(Content.from_markup(f"\n[b ${colour}]{glyph} $word$score[/]\n$reason",
                                      word=word, score=score, reason=report.reason))  # fmt: skip
        if report.money is not None:
            sum_ = f"{amount(report.money.total)} {report.money.currency}"
            self._say(Content.from_markup("[$dim]money of the day[/] [b]$sum[/]", sum=sum_))
        for check in report.checks:
            if check.verdict == "fail":
                seen = f"{check.expected}, observed {check.observed}"
                self._say(Content.from_markup("[$error]✖[/] $says [$dim]$seen[/]", says=check.says, seen=seen))
        self._say(Content.from_markup("[$dim]evidence[/] $folder", folder=str(done.evidence)))

    def fail(self, what: str, remedy: str | None) -> None:
        """There is no verdict."""
        self._end("esc closes")
        text = "\n[b $warning]! $what[/]\n[$primary]→[/] $remedy"
        self._say(Content.from_markup(text, what=what, remedy=remedy or "try again"))

    def _end(self, subtitle: str) -> None:
        self.over = True
        self.query_one("#page").border_subtitle = subtitle
        bar = self.query_one(ProgressBar)
        bar.update(total=bar.total or 1, progress=bar.total or 1)

    def action_cancel(self) -> None:
        """Break it off; the world of the exam is taken down."""
        if not self.over and not self.cancel.is_set():
            self.cancel.set()
            self._say(Content.from_markup("[$warning]cancelling …[/]"))

    def on_unmount(self) -> None:
        """An exam that nobody waits for is not worth its machine."""
        self.cancel.set()

    def action_read(self) -> None:
        """To the report."""
        if self.over and self._readable:
            self.dismiss(True)

    def action_leave(self) -> None:
        """Back to the console."""
        if self.over:
            self.dismiss(False)


_RESULTS = {
    "passed": ("✔", "success", "PASSED"),
    "failed": ("✖", "error", "NOT PASSED"),
    "error": ("!", "warning", "COULD NOT BE JUDGED"),
}
