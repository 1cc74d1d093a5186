"""An exam on its way: how far it is, and what happens in it."""

import time
from collections import deque
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from labs.base.cancel import CancelToken
from labs.tui.console.clock import bars
from labs.tui.keybar import KeyBar
from labs.world.events import describe
from simulator.clock import Timeline
from simulator.protocol.events import LapFinished, LapStarted

if TYPE_CHECKING:
    from labs.actions.events import ActionEvent
    from scenarios.model import Scenario
    from simulator.protocol.events import Event


KEPT = 200
"""Lines of its story that are shown."""
STARTS, CLOSES = "The world comes up", "The customer's day is over: the world is taken down"
JUDGES = "The customer's day is over: it is judged now"


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
        self.cancel = CancelToken()
        self.over = False
        self._begun: float | None = None
        self._timeline = Timeline(())
        self._ended: str | None = None
        self._lines: deque[Content] = deque(maxlen=KEPT)

    def compose(self) -> ComposeResult:
        with Vertical(id="page") as page:
            page.border_title = "Exam"
            page.border_subtitle = "c cancels"
            says = "A fresh world, a seed that nobody knows, one of the customer's days."
            yield Static(f"{says} Your own world waits meanwhile.", classes="dim")
            yield Static(id="progress")
            with VerticalScroll(id="story", can_focus=False):
                yield Static(id="lines")
        yield KeyBar()

    def on_mount(self) -> None:
        self._tick()
        self.set_interval(0.25, self._tick)

    def on_resize(self) -> None:
        self._tick()

    def _tick(self) -> None:
        if self.over:
            return
        progress = self.query_one("#progress", Static)
        at = 0.0 if self._begun is None else time.monotonic() - self._begun
        width = max(1, progress.content_size.width)
        progress.update(Content("\n").join([self._where(at), *bars(self._timeline.spans, at, width)]))

    def _where(self, at: float) -> Content:
        """Return the phase, and what is left of it and of the day."""
        spans = self._timeline.spans
        if not spans or self._ended is not None:
            return Content.from_markup("[$primary]◐[/] $what …", what=self._ended or STARTS)
        now = next((span for span in spans if at < span.ends), spans[-1])
        number = f"phase {spans.index(now) + 1} of {len(spans)}"
        kind = "" if now.graded else ", not graded"
        left = max(0.0, spans[-1].ends - at)
        markup = "[b]$phase[/] [$dim]$number$kind[/]   [b $accent]$left s[/] [$dim]left at most[/]"
        return Content.from_markup(markup, phase=now.name, number=number, kind=kind, left=f"{left:.0f}")

    def tell(self, told: "ActionEvent") -> None:
        """How it goes."""
        from labs.actions.events import Judging, WorldEvent

        if isinstance(told, WorldEvent):
            self._happened(told.event)
        elif isinstance(told, Judging):
            self._ended = JUDGES
            self._tick()

    def _happened(self, event: "Event") -> None:
        if isinstance(event, LapStarted):
            self._begun = time.monotonic()
            self._timeline = Timeline(event.timeline)
        elif isinstance(event, LapFinished):
            self._ended = CLOSES
        self._tick()
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
        if not self.query("#lines"):  # the app is being left
            return
        self.query_one("#progress", Static).update("")
        self.query_one("#page").border_subtitle = "esc closes"
        self.refresh_bindings()
        text = "\n[b $warning]! $what[/]\n[$primary]→[/] $remedy"
        self._say(Content.from_markup(text, what=what, remedy=remedy or "try again"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While it goes on it can be cancelled, and closed when it is over."""
        if action in ("cancel", "leave") and self.over != (action == "leave"):
            return False
        return super().check_action(action, parameters)

    def action_cancel(self) -> None:
        """Break it off; the world of the exam is taken down."""
        if not self.over and not self.cancel.gone:
            self.cancel.cancel()
            self._say(Content.from_markup("[$warning]cancelling …[/]"))

    def on_unmount(self) -> None:
        """Cancel the exam: one that nobody waits for is not worth its machine."""
        self.cancel.cancel()

    def action_leave(self) -> None:
        """Back to the console."""
        if self.over:
            self.dismiss()
