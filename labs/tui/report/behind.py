"""What is behind a check: what it means, the rows of evidence, a hint, and the question that was asked."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from grader.reports.phrasing import row_cells, sentence, summary
from labs.tui.checktable import VERDICTS
from labs.tui.report.page import Page

if TYPE_CHECKING:
    from grader.report import CheckReport

TOLD = ("part", "problem")
"""A row that has one of these is a sentence, not numbers: what a brief's reader missed, or where it cannot be read."""
GAP = 2
"""Columns between those of a table."""

NONE = "–"
"""Stands for what a row does not have."""


class Rows(Widget):
    """Rows of evidence as a table; where that is wider than the page, a paragraph for each row."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        super().__init__(id="rows", classes="block")
        self._rows = rows

    def render(self) -> Content:
        """As wide as there is room."""
        return _table(self._rows, self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as Textual calls it
        """Of that, in so many columns."""
        return _table(self._rows, width).get_height({}, width)


class Behind(Page):
    """One check in full."""

    CSS_PATH: ClassVar = [*Page.CSS_PATH, "behind.tcss"]

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
    yield Rows([row_cells(row) for row in check.rows])


def _told(row: Mapping[str, Any]) -> Content:
    name, text = str(row.get("part") or row.get("at") or ""), str(row.get("missed") or row.get("problem") or "")
    return Content.from_markup("[$error]✖[/] [b]$name[/]  $text", name=name, text=text)


def _advice(check: "CheckReport") -> Iterator[Widget]:
    if check.hint:
        yield Static(Content.from_markup("[$primary]→[/] $hint", hint=check.hint), classes="block")
    if check.sql:
        yield Static("The question, to ask of the same evidence", classes="title")
        yield Static(" ".join(check.sql.split()), classes="dim", markup=False)


def _table(rows: list[dict[str, str]], width: int) -> Content:
    names = list(dict.fromkeys(name for row in rows for name in row))
    widths = {name: max(len(text) for text in (name, *(row.get(name, NONE) for row in rows))) for name in names}
    if sum(widths.values()) + GAP * (len(names) - 1) > width:
        return Content("\n\n").join([_paragraph(row) for row in rows])

    def line(row: Mapping[str, str], style: str) -> Content:
        cells = (row.get(name, NONE).ljust(widths[name]) for name in names)
        return Content.styled((GAP * " ").join(cells).rstrip(), style)

    head = line({name: name for name in names}, "$dim")
    return Content("\n").join([head, *(line(row, "") for row in rows)])


def _paragraph(row: Mapping[str, str]) -> Content:
    cells = [Content.from_markup("[$dim]$name[/] $value", name=name, value=value) for name, value in row.items()]
    return Content(GAP * " ").join(cells)
