"""The list of engagements, narrowed by words, in columns that fit the screen."""

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.events import Resize
from textual.message import Message
from textual.widget import Widget
from textual.widgets import DataTable

from labs.tui.glyphs import MOST_LEVEL, STANDING
from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.overview.items import LibraryItem

FIXED = {"Level": 6, "Time": 5, "Best": 5, "State": 9}
"""Columns with a width of their own; title and customer share what is left."""


QUIT = "q"
"""The one letter that is a key everywhere."""
ROOMY = 72
"""Columns from which there is room for the customer too, who else stands beside the list alone."""


def filters(character: str | None) -> bool:
    """Whether to type this is to filter the list."""
    return character is not None and character.isalpha() and character != QUIT


class Shelf(DataTable[Text]):
    """One row a scenario; `listed` are those that are shown."""

    ABOUT: ClassVar = Help(
        "The list",
        "Arrows move, enter opens the briefing. Best is the highest score of your exams. State: ○ new, ◐ engaged "
        "(you have its folder), ▶ running (its world is up), ✔ passed, ✖ broken (its file has problems, shown beside).",
    )

    BINDINGS: ClassVar = [
        Binding("enter", "select_cursor", "Open"),
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]

    class Pointed(Message):
        """Another row is highlighted; None: there is none."""

        def __init__(self, listed: "LibraryItem | None") -> None:
            super().__init__()
            self.listed = listed

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, cursor_type="row", cell_padding=1)
        self._all: list[LibraryItem] = []
        self._words: list[str] = []
        self.listed: list[LibraryItem] = []

    @property
    def pointed(self) -> "LibraryItem | None":
        """The highlighted one."""
        return self.listed[self.cursor_row] if 0 <= self.cursor_row < len(self.listed) else None

    def show(self, listed: "list[LibraryItem]", keep_broken: bool, highlight: str | None) -> None:
        """Show these; the highlighted one stays so, and a first time it is `highlight`.

        `keep_broken`: not all problems were looked for, so what was known to be broken still is.
        """
        known = {one.name: one for one in self._all if one.entry is None and keep_broken}
        self._all = [known.get(one.name, one) for one in listed]
        self._fill(self.pointed.name if self.pointed else highlight)

    def narrow(self, text: str) -> None:
        """Show only those in which every word of `text` occurs."""
        self._words = text.casefold().split()
        self._fill(self.pointed.name if self.pointed else None)

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - as Textual calls it
        """Letters go to the filter."""
        return filters(character)

    def on_mount(self) -> None:
        self.watch(self.app, "theme", lambda: self._fill(self.pointed.name if self.pointed else None), init=False)

    @on(Resize)
    def _fit(self) -> None:
        self._fill(self.pointed.name if self.pointed else None)

    def _fill(self, highlight: str | None) -> None:
        if not self._all:
            return
        self.listed = [one for one in self._all if all(word in _haystack(one) for word in self._words)]
        self.clear(columns=True)
        widths = self._widths()
        for label, width in widths.items():
            self.add_column(label, width=width)
        for one in self.listed:
            cells = self._cells(one)
            self.add_row(*(cells[label] for label in widths), key=one.name)
        names = [one.name for one in self.listed]
        self.move_cursor(row=names.index(highlight) if highlight in names else 0)
        if isinstance(self.parent, Widget):
            count = str(len(self._all))
            self.parent.border_subtitle = f"{len(self.listed)} of {count}" if self._words else count
        self.post_message(self.Pointed(self.pointed))

    @on(DataTable.RowHighlighted)
    def _point(self) -> None:
        self.post_message(self.Pointed(self.pointed))

    def _widths(self) -> dict[str, int]:
        """By column, so that they fit, with a scroll bar too."""
        names = 2 if self.size.width >= ROOMY else 1
        rest = max(12, self.size.width - sum(FIXED.values()) - 2 * (len(FIXED) + names) - 1)
        customer = {"Customer": rest - rest // 2} if names == 2 else {}
        return {"Engagement": rest // names, **customer, **FIXED}

    def _cells(self, one: "LibraryItem") -> dict[str, Text]:
        colours = self.app.theme_variables
        glyph, colour = STANDING[one.standing]
        state = _cell(f"{glyph} {one.standing}", colours[colour])
        if one.entry is None:
            nothing = dict.fromkeys(("Customer", *FIXED), _cell("–", colours["dim"]))
            return nothing | {"Engagement": _cell(one.name), "State": state}
        scenario = one.entry.scenario
        dots = "●" * scenario.level + "○" * (MOST_LEVEL - scenario.level)
        return {
            "Engagement": _cell(scenario.title),
            "Customer": _cell(scenario.customer.name, colours["dim"]),
            "Level": _cell(f"{scenario.level} {dots}"),
            "Time": Text(f"{scenario.minutes} m", justify="right"),
            "Best": self._best(one),
            "State": state,
        }

    def _best(self, one: "LibraryItem") -> Text:
        if one.best is None or one.best.score is None:
            return Text("–", style=self.app.theme_variables["dim"], justify="right")
        colour = self.app.theme_variables["success" if one.best.passed else "foreground"]
        return Text(f"{int(one.best.score)}{'✔' if one.best.passed else ' '}", style=colour, justify="right")


def _cell(text: str, style: str = "") -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def _haystack(one: "LibraryItem") -> str:
    words = [one.name, one.standing, "passed" if one.passed else ""]
    if one.entry is not None:
        s = one.entry.scenario
        words += [s.title, s.customer.name, s.customer.trade, s.summary, f"level {s.level}", *s.skills, *s.gaps]
    return " ".join(words).casefold()
