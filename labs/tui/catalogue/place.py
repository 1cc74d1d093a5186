"""Catalogue: every engagement there is, how far one is with it, and what is wrong with those that cannot be taken."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import DataTable, Input

from labs.tui.catalogue.detail import Detail
from labs.tui.catalogue.table import Shelf
from labs.tui.help import Help
from labs.tui.palette import Command
from labs.tui.place import Place

if TYPE_CHECKING:
    from labs.shelf import Listed


class Filter(Input):
    """What the list is narrowed to, as it is typed."""

    ABOUT: ClassVar = Help(
        "Filter",
        "Narrows the list as you type. Every word must occur: in the title, customer, trade, skills, gaps, state, or "
        "as 'level 2'. Enter or the down arrow goes to the list, escape clears it.",
    )
    BINDINGS: ClassVar = [
        Binding("escape", "clear", "Clear"),
        Binding("down,enter", "screen.focus('#shelf')", "To the list"),
    ]

    async def action_clear(self) -> None:
        """Show all again; when all are shown, go to the list."""
        if not self.value:
            await self.screen.action_focus("#shelf")
        self.value = ""


class Catalogue(Place):
    """The list, a filter above it, and all about the highlighted one beside or below it."""

    PLACE: ClassVar = "catalogue"
    CSS_PATH = "place.tcss"
    AUTO_FOCUS = "#shelf"
    ABOUT: ClassVar = Help(
        "Catalogue",
        "Every engagement that you can take. The customer is simulated, their systems are real, and something of "
        "theirs does not hold up.\n\nPick one and press enter: its briefing comes next. Nothing starts before you "
        "say so there.",
    )
    BINDINGS: ClassVar = [
        Binding("slash", "focus('#filter')", "Filter", key_display="/"),
        Binding("ctrl+r", "refresh_shelf", "Read again", show=False),
    ]

    class Read(Message):
        """The library was read."""

        def __init__(self, listed: "list[Listed]", linted: bool) -> None:
            super().__init__()
            self.listed = listed
            self.linted = linted

    def contents(self) -> Iterator[Widget]:
        yield Filter(placeholder="type to filter: customer, skill, gap, level 2, passed …", id="filter", compact=True)
        frame = Vertical(id="left", classes="panel")
        frame.border_title, frame.border_subtitle = "Engagements", "reading …"
        yield Horizontal(frame, Detail(id="detail", classes="panel"), id="both")

    def arrive(self) -> None:
        if not self.query(Shelf):
            # Not before the first paint: the table is a quarter of its cost, and has nothing to show then.
            self.call_next(self._furnish)
        self._read(lint=False)

    async def _furnish(self) -> None:
        await self.query_one("#left").mount(Shelf(id="shelf"))
        if self.focused is None:
            await self.action_focus("#shelf")

    def action_refresh_shelf(self) -> None:
        """Read the library again."""
        self._read(lint=True)

    def _read(self, lint: bool) -> None:
        self.fetch(lambda: self.Read(self.lab.backend.shelf(lint), lint), "shelf")

    @on(Read)
    def _show(self, read: Read) -> None:
        self.query_one(Shelf).show(read.listed, keep_broken=not read.linted, highlight=self.lab.chosen)
        if not read.linted and not self._linted:
            self._linted = True
            self._read(lint=True)

    _linted = False
    """Whether all problems were looked for since the place was made: the words they need take a second."""

    @on(Input.Changed, "#filter")
    def _narrow(self, changed: Input.Changed) -> None:
        for shelf in self.query(Shelf):
            shelf.narrow(changed.value)

    @on(Shelf.Pointed)
    def _detail(self, pointed: Shelf.Pointed) -> None:
        self.query_one(Detail).show(pointed.listed)

    @on(DataTable.RowSelected)
    def _open(self) -> None:
        listed = self.query_one(Shelf).pointed
        if listed is None:
            return
        if listed.entry is None:
            self.query_one(Detail).focus()
            return
        self.lab.choose(listed.name)
        self.lab.go("briefing")

    def commands(self) -> Iterator[Command]:
        yield Command(
            "Filter the list", "by customer, skill, gap, level, state (/)", lambda: self.action_focus("#filter")
        )
        yield Command("Read the library again", "after an engagement's file was changed", self.action_refresh_shelf)
        for listed in (one for shelf in self.query(Shelf) for one in shelf.listed):
            if listed.entry is not None:
                yield Command(
                    f"Open {listed.entry.scenario.title}", listed.entry.scenario.summary, self._opener(listed.name)
                )

    def _opener(self, name: str) -> Callable[[], None]:
        def open_() -> None:
            self.lab.choose(name)
            self.lab.go("briefing")

        return open_
