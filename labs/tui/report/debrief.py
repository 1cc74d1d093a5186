"""The debrief of a scenario, or why it is not to be read yet."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Markdown

from labs.base.errors import LabError
from labs.overview.debrief import TooEarly
from labs.tui.gone import Gone
from labs.tui.report.page import Page

ADVICE = "pass one: in the console, e takes the exam"
CLOSE = "[b $primary]esc[/] close"
ANYWAY = f"[b $primary]a[/] read it anyway   {CLOSE}"


class Debrief(Page):
    """Dismissed with True, it was too early, and is wanted anyway."""

    CSS_PATH: ClassVar = [*Page.CSS_PATH, "debrief.tcss"]
    BINDINGS: ClassVar = [Binding("a", "dismiss(True)", "Read it anyway")]

    def __init__(self, told: str | LabError) -> None:
        """`told`: Markdown, or why there is none to read."""
        super().__init__("Debrief")
        self._told = told

    @property
    def _early(self) -> bool:
        return isinstance(self._told, TooEarly)

    def contents(self) -> Iterator[Widget]:
        if isinstance(self._told, str):
            yield Markdown(self._told, open_links=False)
        else:
            yield Gone(ANYWAY if self._early else CLOSE)

    def on_mount(self) -> None:
        if isinstance(self._told, LabError):
            advice = ADVICE if self._early else self._told.remedy or ""
            self.query_one(Gone).show(self._told.what, advice, wanted=self._early)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return False for reading it anyway where it can be read."""
        if (action, parameters) == ("dismiss", (True,)) and not self._early:
            return False
        return super().check_action(action, parameters)
