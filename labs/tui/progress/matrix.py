"""Skills by level: where something was passed, tried, or waits."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from labs.library.skills import title
from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.overview.record import Cell, Record

LABEL, CELL = 22, 7


class Matrix(VerticalScroll):
    """A row a skill, a column a level."""

    ABOUT: ClassVar = Help(
        "Skills",
        "The six skills of a forward deployed engineer against the level of the engagements that ask for them: "
        "✔ passed with its best score, ◐ tried with its best score, ○ waits for you, · nothing there.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel")
        self.border_title = "Skills"

    def compose(self) -> ComposeResult:
        yield Static(id="cells")

    def show(self, record: "Record") -> None:
        """Show where somebody is."""
        from labs.overview.record import LEVELS

        head = f"{'level':>{LABEL}}" + "".join(f"{level:^{CELL}}" for level in LEVELS)
        lines = [Content.from_markup("[$dim]$head[/]", head=head)]
        for skill, cells in record.matrix.items():
            row = Content.from_markup("$name", name=f"{title(skill)[:LABEL]:<{LABEL}}")
            lines.append(Content("").join([row, *(_cell(cells.get(level)) for level in LEVELS)]))
        self.query_one("#cells", Static).update(Content("\n").join(lines))
        self.border_subtitle = f"{record.passed} of {record.there} passed"


def _cell(cell: "Cell | None") -> Content:
    if cell is None:
        return Content.from_markup("[$dim]$text[/]", text=f"{'·':^{CELL}}")
    if cell.passed:
        return Content.from_markup("[$success]$text[/]", text=f"{f'✔ {int(cell.best or 0)}':^{CELL}}")
    if cell.best is not None:
        return Content.from_markup("[$primary]$text[/]", text=f"{f'◐ {int(cell.best)}':^{CELL}}")
    return Content.from_markup("$text", text=f"{'○':^{CELL}}")
