"""What is behind a check: what it means, the rows of evidence, a hint, and the question that was asked."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, Static

from grader.reports.words import row_cells, sentence, summary
from labs.tui.checktable import VERDICTS
from labs.tui.report.page import Page

if TYPE_CHECKING:
    from grader.report import CheckReport

TOLD = ("part", "problem")
"""A row that has one of these is a sentence, not numbers: what a brief's reader missed, or where it cannot be read."""
SIDEWAYS = 16
"""Columns that a key scrolls a table."""


class Behind(Page):
    """One check in full; the arrows scroll its table sideways too."""

    CSS_PATH: ClassVar = [*Page.CSS_PATH, "behind.tcss"]
    BINDINGS: ClassVar = [
        Binding("left", "sideways(-1)", "Scroll the table", show=False, priority=True),
        Binding("right", "sideways(1)", "Scroll the table", show=False, priority=True),
    ]

    def __init__(self, check: "CheckReport") -> None:
        super().__init__(check.id + (" ▲ gate" if check.gate else ""))
        self._check = check

    def contents(self) -> Iterator[Widget]:
        check = self._check
        yield Static(_verdict(check), classes="block")
        if not check.hidden:
            yield Static(_meaning(check), classes="block")
            yield from _rows(check)
            yield from _advice(check)

    def on_mount(self) -> None:
        for table in self.query(DataTable):
            table.can_focus = False  # so that the arrows are the page's
            _fill(table, [row_cells(row) for row in self._check.rows])

    def action_sideways(self, way: int) -> None:
        """Scroll the table, where it is wider than the page."""
        for table in self.query(DataTable):
            table.scroll_relative(x=way * SIDEWAYS, animate=False)


def _verdict(check: "CheckReport") -> Content:
    glyph, colour = VERDICTS[check.verdict]
    points = f"{check.points:.1f} of {check.worth:.1f} points" if check.weight else "no points, a gate alone"
    markup = f"[b ${colour}]{glyph} $verdict[/]  $summary  [$dim]$family · $points[/]"
    return Content.from_markup(markup, verdict=str(check.verdict), summary=sentence(summary(check)),
                               family=check.family, points=points)  # fmt: skip


def _meaning(check: "CheckReport") -> Content:
    head = "[b]Does not hold:[/] " if check.verdict == "fail" else ""
    reason = sentence(check.reason) if check.reason and check.reason != summary(check) else ""
    return Content.from_markup(f"{head}$says\n[$dim]$reason[/]", says=sentence(check.says), reason=reason)


def _rows(check: "CheckReport") -> Iterator[Widget]:
    if not check.rows:
        if check.verdict == "fail":
            yield Static("No single row is to blame: it is the number of all of them.", classes="block dim")
        return
    if any(name in row for row in check.rows for name in TOLD):
        yield Static(Content("\n").join([_told(row) for row in check.rows]), classes="block")
        return
    yield Static(f"Rows behind it ({len(check.rows)})", classes="title")
    yield DataTable(id="rows", cursor_type="none", cell_padding=1, classes="block")


def _told(row: Mapping[str, Any]) -> Content:
    name, text = str(row.get("part") or row.get("at") or ""), str(row.get("missed") or row.get("problem") or "")
    return Content.from_markup("[$error]✖[/] [b]$name[/]  $text", name=name, text=text)


def _advice(check: "CheckReport") -> Iterator[Widget]:
    if check.hint:
        yield Static(Content.from_markup("[$primary]→[/] $hint", hint=check.hint), classes="block")
    if check.sql:
        yield Static("The question, to ask of the same evidence", classes="title")
        yield Static(" ".join(check.sql.split()), classes="dim", markup=False)


def _fill(table: DataTable[str], rows: list[dict[str, str]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    table.add_columns(*names)
    for row in rows:
        table.add_row(*(row.get(name, "–") for name in names))
