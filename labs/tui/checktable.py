"""Checks as a table: one row each, and below them more about the one under the cursor. A place makes its own of it.

What a check says is cut where all of them would not fit whole; below the table it stands whole anyway.
"""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import DataTable, Static

if TYPE_CHECKING:
    from grader.report import CheckReport, Report

VERDICTS = {
    "pass": ("✔", "success"),
    "fail": ("✖", "error"),
    "error": ("!", "warning"),
    "skipped": ("–", "dim"),
    "waiting": ("…", "dim"),
}
"""Glyph and colour by verdict."""
VERDICT = 9
"""Columns of a verdict."""
INDENT = "  "
"""Where what a check says begins, after the mark of a gate."""


class CheckTable(Vertical):
    """A subclass says what it explains of a check, and what it shows beyond the numbers."""

    FIXED: ClassVar[Mapping[str, int]] = {"expected": 10, "observed": 10}
    """Columns with a width of their own, after what holds."""
    EMPTY: ClassVar = ""
    """What is said before there is a report."""

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel front")
        self.border_title = "[$dim]c[/] Checks"
        self.report: Report | None = None

    def compose(self) -> ComposeResult:
        yield DataTable[Text](id="table", cursor_type="row", cell_padding=1)
        yield Static(Content.from_markup("[$dim]$text[/]", text=self.EMPTY), id="more")

    def on_mount(self) -> None:
        self.watch(self.app, "theme", self._fill, init=False)

    def clear(self) -> None:
        """There is no report yet."""
        self.report = None
        self.border_subtitle = ""
        self.query_one(DataTable).clear(columns=True)
        self.tell(Content.from_markup("[$dim]$text[/]", text=self.EMPTY))

    def show(self, report: "Report") -> None:
        """Show how they stand."""
        self.report = report
        self.border_subtitle = self.total(report)
        self._fill()

    def total(self, report: "Report") -> str:
        """All of them in a few words."""
        passed = sum(check.verdict == "pass" for check in report.checks)
        score = "" if report.score is None else f" · {report.score:g} of 100"
        return f"{passed} of {len(report.checks)} pass{score}"

    def explain(self, check: "CheckReport") -> Content:
        """Return more about one."""
        raise NotImplementedError

    def cells(self, check: "CheckReport") -> Mapping[str, Text]:
        """By the column's name, what it shows in the columns that have a width of their own."""
        _, colour = VERDICTS[check.verdict]
        style = self.app.theme_variables[colour]
        return {
            "expected": Text(check.expected, justify="right", no_wrap=True, overflow="ellipsis"),
            "observed": Text(check.observed, style=style, justify="right", no_wrap=True, overflow="ellipsis"),
        }

    @on(Resize)
    def _fit(self) -> None:
        self._fill()

    def _fill(self) -> None:
        if self.report is None:
            return
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear(columns=True)
        rest = max(12, table.size.width - VERDICT - sum(self.FIXED.values()) - 2 * (len(self.FIXED) + 2) - 1)
        for label, width in {"": VERDICT, "what holds": rest, **self.FIXED}.items():
            table.add_column(label, width=width)
        whole = _whole([check.says for check in self.report.checks], rest, table.size.height - 1)
        for check in self.report.checks:
            cells = self.cells(check)
            says = self._says(check) if whole is None else self._says(check, rest)
            table.add_row(self._verdict(check), says, *(cells[name] for name in self.FIXED), key=check.id,
                          height=1 if whole is None else whole[check.says])  # fmt: skip
        if not self.report.checks:
            self.tell(Content.from_markup("[b]$reason[/]\n$lines", reason=self.report.reason,
                                          lines="\n".join(self.report.last_lines[-8:])))  # fmt: skip
        table.move_cursor(row=row)

    def _verdict(self, check: "CheckReport") -> Text:
        glyph, colour = VERDICTS[check.verdict]
        return Text(f"{glyph} {check.verdict}", style=self.app.theme_variables[colour])

    def _says(self, check: "CheckReport", width: int | None = None) -> Text:
        """Cut, or in lines of so many columns."""
        gate = Text("▲ " if check.gate else "  ", style=self.app.theme_variables["accent"])
        if width is None:
            return Text.assemble(gate, check.says, no_wrap=True, overflow="ellipsis")
        return Text.assemble(gate, f"\n{INDENT}".join(_lines(check.says, width)))

    @property
    def pointed(self) -> "CheckReport | None":
        """The one under the cursor."""
        row = self.query_one(DataTable).cursor_row
        checks = self.report.checks if self.report else ()
        return checks[row] if 0 <= row < len(checks) else None

    @on(DataTable.RowHighlighted)
    def _explain(self) -> None:
        if self.pointed is not None:
            self.tell(self.explain(self.pointed))

    def tell(self, text: Content) -> None:
        """Say something below the table."""
        self.query_one("#more", Static).update(text)


def _lines(says: str, width: int) -> list[str]:
    return wrap(says, max(1, width - len(INDENT))) or [""]


def _whole(all_: Sequence[str], width: int, room: int) -> dict[str, int] | None:
    """How many lines each needs in so many columns; None where they do not fit into `room` lines together."""
    lines = {says: len(_lines(says, width)) for says in all_}
    return lines if sum(lines[says] for says in all_) <= room else None
