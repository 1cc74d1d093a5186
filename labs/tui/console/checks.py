"""The exam's checks as they stand now, from the practice laps since the last redeploy."""

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widgets import DataTable, Static

from labs.tui.help import Help

if TYPE_CHECKING:
    from grader.report import CheckReport, Report

VERDICTS = {
    "pass": ("✔", "success"),
    "fail": ("✖", "error"),
    "error": ("!", "warning"),
    "skipped": ("–", "dim"),
    "waiting": ("…", "dim"),
}
FIXED = {"": 9, "expected": 10, "observed": 10}


class Checks(Vertical):
    """One row a check; below them, more about the one under the cursor."""

    ABOUT: ClassVar = Help(
        "Checks",
        "What the exam will ask, asked now: of the latest run of each phase since your last redeploy. ✔ pass, ✖ fail, "
        "… waiting for a phase that has not come yet, – skipped because a check that it builds on does not pass. ▲ "
        "marks a gate: the exam is not passed without it.\n\nEnter on a check that fails gives a nudge; that you took "
        "it is noted.",
    )

    class Nudge(Message):
        """The learner wants a hint for a check."""

        def __init__(self, check: str) -> None:
            super().__init__()
            self.check = check

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel front")
        self.border_title = "[$dim]c[/] Checks"
        self.report: Report | None = None

    def compose(self) -> ComposeResult:
        yield DataTable[Text](id="table", cursor_type="row", cell_padding=1)
        yield Static("[$dim]The first answers come when the first graded phase is over.[/]", id="more")

    def on_mount(self) -> None:
        self.watch(self.app, "theme", self._fill, init=False)

    def show(self, report: "Report") -> None:
        """Show how they stand."""
        self.report = report
        passed = sum(check.verdict == "pass" for check in report.checks)
        score = "" if report.score is None else f" · {report.score:g} of 100"
        self.border_subtitle = f"{passed} of {len(report.checks)} pass{score}"
        self._fill()

    def action_focus_table(self) -> None:
        """Go to the rows."""
        self.query_one(DataTable).focus()

    @on(Resize)
    def _fit(self) -> None:
        self._fill()

    def _fill(self) -> None:
        if self.report is None:
            return
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear(columns=True)
        rest = max(12, table.size.width - sum(FIXED.values()) - 2 * (len(FIXED) + 1) - 1)
        for label, width in {"": FIXED[""], "what holds": rest, "expected": 10, "observed": 10}.items():
            table.add_column(label, width=width)
        for check in self.report.checks:
            table.add_row(*self._cells(check), key=check.id)
        if not self.report.checks:
            self._tell(Content.from_markup("[b]$reason[/]\n$lines", reason=self.report.reason,
                                           lines="\n".join(self.report.last_lines[-8:])))  # fmt: skip
        table.move_cursor(row=row)

    def _cells(self, check: "CheckReport") -> list[Text]:
        glyph, colour = VERDICTS[check.verdict]
        style = self.app.theme_variables[colour]
        gate = Text("▲ " if check.gate else "  ", style=self.app.theme_variables["accent"])
        said = Text.assemble(gate, check.says, no_wrap=True, overflow="ellipsis")
        observed = Text(check.observed, style=style, justify="right", no_wrap=True, overflow="ellipsis")
        expected = Text(check.expected, justify="right", no_wrap=True, overflow="ellipsis")
        return [Text(f"{glyph} {check.verdict}", style=style), said, expected, observed]

    @property
    def pointed(self) -> "CheckReport | None":
        """The one under the cursor."""
        row = self.query_one(DataTable).cursor_row
        checks = self.report.checks if self.report else ()
        return checks[row] if 0 <= row < len(checks) else None

    @on(DataTable.RowHighlighted)
    def _explain(self) -> None:
        check = self.pointed
        if check is None:
            return
        nudge = "  [$primary]enter: a nudge[/]" if check.hint else ""
        self._tell(Content.from_markup(f"[b]$id[/] $reason{nudge}", id=check.id, reason=check.reason))

    @on(DataTable.RowSelected)
    def _nudge(self) -> None:
        if self.pointed is not None and self.pointed.hint:
            self.post_message(self.Nudge(self.pointed.id))

    def _tell(self, text: Content) -> None:
        self.query_one("#more", Static).update(text)
