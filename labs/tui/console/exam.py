"""An exam on its way: how far it is, and what happens in it."""

import time
from collections import deque
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

if TYPE_CHECKING:
    from scenarios.model import Scenario


KEPT = 200
"""Lines of its story that are shown."""


class Exam(ModalScreen[None]):
    """Closed when there is a report to read; when there is none, it says why."""

    CSS_PATH = "exam.tcss"
    BINDINGS: ClassVar = [
        Binding("c", "cancel", "Cancel"),
        Binding("escape", "leave", "Close"),
    ]

    def __init__(self, scenario: "Scenario") -> None:
        super().__init__()
        self._scenario = scenario
        self.cancel = Event()
        self.over = False
        self._begun: float | None = None
        self._lines: deque[Content] = deque(maxlen=KEPT)

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
        self.query_one("#lines", Static).update(Content("\n").join(self._lines))
        self.call_after_refresh(self.query_one("#story").scroll_end, animate=False)

    def fail(self, what: str, remedy: str | None) -> None:
        """There is no verdict."""
        self.over = True
        self.query_one("#page").border_subtitle = "esc closes"
        text = "\n[b $warning]! $what[/]\n[$primary]→[/] $remedy"
        self._say(Content.from_markup(text, what=what, remedy=remedy or "try again"))

    def action_cancel(self) -> None:
        """Break it off; the world of the exam is taken down."""
        if not self.over and not self.cancel.is_set():
            self.cancel.set()
            self._say(Content.from_markup("[$warning]cancelling …[/]"))

    def on_unmount(self) -> None:
        """An exam that nobody waits for is not worth its machine."""
        self.cancel.set()

    def action_leave(self) -> None:
        """Back to the console."""
        if self.over:
            self.dismiss()
