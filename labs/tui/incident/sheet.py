"""A table to look through: filtered as one types, sorted by the column that the cursor is in."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import DataTable, Input

from labs.tui.help import Help
from scenarios.plain import printable, unstyled

if TYPE_CHECKING:
    from labs.overview.incident import Sheet, View

DRAWN = 500
"""Rows that are drawn; a person who wants others filters or sorts."""
WIDEST = 48
"""Columns of the screen that a cell takes, but for the last one's."""
LONGEST = 400


class Grid(DataTable[Text]):
    """The rows."""

    ABOUT: ClassVar = Help(
        "The table",
        "Arrows move; s sorts by the column that you are in, again the other way round, a third time as it came. "
        "/ filters: every word must occur in a row, and cause=wrong or amount<-100 are about one column. "
        "`fdelab sql` asks all tables at once, in SQL.",
    )
    BINDINGS: ClassVar = [
        Binding("s", "screen.sort", "Sort"),
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]


class SheetView(Vertical):
    """Filter, rows, and how many there are."""

    def compose(self) -> ComposeResult:
        yield Input(id="narrow", placeholder="every word must occur; amount<-100, cause=wrong …", compact=True)
        yield Grid(id="grid", cursor_type="cell", cell_padding=1, zebra_stripes=True)

    @property
    def grid(self) -> Grid:
        """The rows."""
        return self.query_one(Grid)

    def column(self, columns: tuple[str, ...]) -> str | None:
        """Return the column that the cursor is in."""
        at = self.grid.cursor_column
        return columns[at] if 0 <= at < len(columns) else None

    def show(self, sheet: "Sheet", view: "View") -> int:
        """Draw what of the sheet is wanted; returns how many rows that are."""
        rows = view.of(sheet)
        at = self.grid.cursor_column
        self.grid.clear(columns=True)
        for index, name in enumerate(sheet.columns):
            arrow = (" ▼" if view.down else " ▲") if name == view.by else ""
            self.grid.add_column(Text(name + arrow, style="bold"), key=str(index))
        last = len(sheet.columns) - 1
        self.grid.add_rows(
            [_cell(value, index == last, self.app.theme_variables["dim"]) for index, value in enumerate(row)]
            for row in rows[:DRAWN]
        )
        self.grid.move_cursor(row=0, column=min(at, last), scroll=False)
        return len(rows)

    @on(Input.Submitted, "#narrow")
    def _narrowed(self) -> None:
        self.grid.focus()


def _cell(value: Any, last: bool, dim: str) -> Text:
    if value is None:
        return Text("–", style=dim)
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, float):
        return Text(f"{value:.3f}".rstrip("0").rstrip("."), justify="right")
    if isinstance(value, int):
        return Text(str(value), justify="right")
    said = value.isoformat(" ", "seconds") if isinstance(value, datetime) else str(value)
    room = LONGEST if last else WIDEST
    flat = printable(unstyled(said).replace("\n", " "))
    return Text(flat if len(flat) <= room else f"{flat[: room - 1]}…")
