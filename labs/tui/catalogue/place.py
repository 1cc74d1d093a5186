"""Catalogue: every engagement there is, how far one is with it, and what is wrong with those that cannot be taken."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.widget import Widget
from textual.widgets import DataTable, Input

from labs.tui.answers import Answer, heeds
from labs.tui.catalogue.detail import Detail
from labs.tui.catalogue.table import Shelf, filters
from labs.tui.help import Help
from labs.tui.palette import Command
from labs.tui.place import Place

if TYPE_CHECKING:
    from labs.overview.items import LibraryItem


class Filter(Input):
    """What the list is narrowed to, as it is typed."""

    ABOUT: ClassVar = Help(
        "Filter",
        "Narrows the list as you type, here or in the list: there every letter but q, which quits, goes to the filter. "
        "Every word must occur: in the title, customer, trade, skills, gaps, state, or as 'level 2'. Enter or the down "
        "arrow goes to the list; escape clears the filter, and goes there too.",
    )
    BINDINGS: ClassVar = [
        Binding("escape", "clear", "Clear"),
        Binding("down,enter", "screen.focus('#shelf')", "To the list"),
    ]

    async def action_clear(self) -> None:
        """Show all again, and go to the list."""
        self.value = ""
        await self.screen.action_focus("#shelf")

    def begin(self, character: str) -> None:
        """Go on typing here with what was typed elsewhere."""
        self.focus()
        self.insert(character, len(self.value))


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

    class Read(Answer):
        """The library was read."""

        def __init__(self, listed: "list[LibraryItem]", linted: bool) -> None:
            super().__init__()
            self.listed = listed
            self.linted = linted

    def contents(self) -> Iterator[Widget]:
        says = "type to filter: customer, skill, gap, level 2, passed …"
        yield Filter(placeholder=says, id="filter", compact=True, select_on_focus=False)
        frame = Vertical(id="left", classes="panel")
        frame.border_title, frame.border_subtitle = "Engagements", "reading …"
        yield Horizontal(frame, Detail(id="detail", classes="panel"), id="both")

    async def furnish(self) -> None:
        # Not before the first paint: the table is a quarter of its cost, and has nothing to show then.
        await self.query_one("#left").mount(Shelf(id="shelf"))
        self._fill()
        self.query_one(Shelf).narrow(self.query_one(Filter).value)
        if self.focused is None:
            await self.action_focus("#shelf")

    def arrive(self) -> None:
        self._read(lint=False)

    def action_refresh_shelf(self) -> None:
        """Read the library again."""
        self._read(lint=True)

    def _read(self, lint: bool) -> None:
        self.fetch(lambda: self.Read(self.lab.backend.library_overview(lint), lint), "shelf")

    @heeds(Read)
    def _show(self, read: Read) -> None:
        self._newest = read
        self._fill()
        if not read.linted and not self._linted:
            self._linted = True
            self._read(lint=True)

    def _fill(self) -> None:
        read = self._newest
        for shelf in self.query(Shelf):  # one, once it is furnished
            if read is not None:
                shelf.show(read.listed, keep_broken=not read.linted, highlight=self.lab.chosen)

    _newest: Read | None = None
    """What is listed."""
    _linted = False
    """Whether all problems were looked for since the place was made: the words they need take a second."""

    def on_key(self, key: Key) -> None:
        """Type into the filter what is typed anywhere here."""
        if filters(key.character):
            key.stop()
            key.prevent_default()
            self.query_one(Filter).begin(key.character or "")

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - as Textual calls it
        """Letters are text here, and no keys of the app's."""
        return filters(character)

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
