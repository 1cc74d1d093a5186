"""Every exam, the latest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.events import Resize
from textual.widgets import DataTable

from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.progress.store import Attempt

RESULTS = {"passed": ("✔ passed", "success"), "failed": ("✖ not passed", "error"), "error": ("! not judged", "warning")}
FIXED = {"When": 12, "Of 100": 6, "Result": 12, "Money a lap": 14, "Hints": 5}
"""Columns with a width of their own; the title has what is left."""


class Attempts(DataTable[Text]):
    """One row an exam."""

    ABOUT: ClassVar = Help(
        "Attempts",
        "Your exams, the latest first, with the score of 100; enter opens the report, which has the pass mark. Money "
        "is what the customer's day was worth. Hints: how many you had taken for that engagement by then; they cost "
        "nothing.",
    )
    BINDINGS: ClassVar = [
        Binding("enter", "select_cursor", "Report"),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, cursor_type="row", classes="panel", cell_padding=1)
        self.border_title = "Attempts"
        self._shown: Sequence[Attempt] | None = None

    @property
    def pointed(self) -> "Attempt | None":
        """The highlighted one."""
        shown = self._shown or ()
        return shown[self.cursor_row] if 0 <= self.cursor_row < len(shown) else None

    def show(self, attempts: "Sequence[Attempt]") -> None:
        """Show these."""
        self._shown = attempts
        self._fill()

    def on_mount(self) -> None:
        self.watch(self.app, "theme", self._fill, init=False)

    def on_resize(self, _: Resize) -> None:
        self._fill()

    def _fill(self) -> None:
        if self._shown is None:
            return
        row = self.cursor_row
        self.clear(columns=True)
        rest = max(12, self.content_size.width - sum(FIXED.values()) - 2 * (len(FIXED) + 1) - 1)
        for label, width in {"When": FIXED["When"], "Engagement": rest, **FIXED}.items():
            self.add_column(label, width=width)
        for one in self._shown:
            self.add_row(*self._cells(one))
        self.move_cursor(row=row)
        self.border_subtitle = str(len(self._shown)) if self._shown else "none yet: an exam makes the first"

    def _cells(self, one: "Attempt") -> list[Text]:
        colours = self.app.theme_variables
        word, colour = RESULTS[one.result]
        money = "–" if one.money is None else f"{one.money:,.0f} {one.currency}"
        return [
            Text(_when(one.taken_at), style=colours["dim"]),
            Text(one.title, no_wrap=True, overflow="ellipsis"),
            Text("–" if one.score is None else f"{one.score:g}", justify="right"),
            Text(word, style=colours[colour]),
            Text(money, justify="right"),
            Text(str(one.hints or "–"), justify="right"),
        ]


def _when(at: datetime) -> str:
    return f"{at.astimezone():%d %b %H:%M}"
