"""What was asked of the customer's people before the exam, what it cost, and what it revealed."""

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import DataTable, Static

from grader.reports.phrasing import asked, revealed, wishes
from labs.tui.help import Help

if TYPE_CHECKING:
    from grader.report import AskedReport, Report

FIXED = {"of": 14, "min": 3, "revealed": 16}
NOBODY = "[$dim]Nobody was asked anything before this exam, as far as its folder tells.[/]"


class AskedPanel(Vertical):
    """A line each question, in the order in which they were asked."""

    ABOUT: ClassVar = Help(
        "Asked",
        "What you had asked the customer's people by then: of whom, how many minutes of their time it took, and which "
        "fact it revealed. In brackets what else came of it: a vague answer, a question back, the topics that somebody "
        "would raise.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel front")
        self.border_title = "[$dim]a[/] Asked"
        self._found: AskedReport | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="sum")
        yield DataTable[Text](id="questions", cursor_type="row", cell_padding=1)

    def show(self, report: "Report") -> None:
        """Show what was asked before this exam."""
        self._found = found = report.asked
        if found is None or not (found.questions or found.requests):
            self.query_one("#sum", Static).update(NOBODY)
        else:
            self.query_one("#sum", Static).update(Content("\n".join([f"{asked(found)}.", *wishes(found)])))
        self._fill()

    def on_resize(self, _: Resize) -> None:
        self._fill()

    def _fill(self) -> None:
        table = self.query_one("#questions", DataTable)
        row = table.cursor_row
        table.clear(columns=True)
        if self._found is None or not self._found.questions:
            return
        rest = max(12, table.size.width - sum(FIXED.values()) - 2 * (len(FIXED) + 1) - 1)
        for label, width in {"question": rest, **FIXED}.items():
            table.add_column(label, width=width)
        for one in self._found.questions:
            cells = (one.question, one.name, str(one.minutes), revealed(one))
            table.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells))
        table.move_cursor(row=row)
