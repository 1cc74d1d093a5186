"""Incident: what is left of the bad day. Files, mail, logs against the clock, and tables to filter and sort."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from labs.tui.answers import Answer, Trouble, heeds
from labs.tui.console.outside import allowed, visit
from labs.tui.console.work import OpenExternal
from labs.tui.gone import Gone
from labs.tui.help import Help
from labs.tui.incident.shelf import Left
from labs.tui.palette import Command
from labs.tui.place import Place
from scenarios.plain import printable

if TYPE_CHECKING:
    from labs.engagement.artefacts import Artefact
    from labs.overview.incident import IncidentOverview, Opened, View
    from labs.tui.incident.sheet import SheetView

KEYS = "[b $primary]ctrl+r[/] look again   [b $primary]1[/] catalogue   [b $primary]2[/] briefing"
NOTHING_OPEN = "No engagement is open", "take one in the catalogue: its incident comes with it"


class Page(VerticalScroll, can_focus=True):
    """A file to read."""

    ABOUT: ClassVar = Help("The file", "As it was delivered or written. Arrows and page keys move; o opens the folder.")


class Incident(Place):
    """The list beside or above what is opened of it."""

    PLACE: ClassVar = "incident"
    CSS_PATH = "place.tcss"
    AUTO_FOCUS = ""
    ABOUT: ClassVar = Help(
        "Incident",
        "The bad day, as the customer still has it: this is what you investigate, and what a brief is about. Times in "
        "the tables are seconds of the lap, as in the console; logs also have the customer's clock.\n\nOn the command "
        "line: `fdelab incident` lists and shows, `fdelab sql` asks the tables. For a look at the systems as they run "
        "now: `fdelab connect`.",
    )
    BINDINGS: ClassVar = [
        Binding("slash", "narrow", "Filter", key_display="/"),
        Binding("escape", "back", "Back", show=False),
        Binding("y", "copy", "Copy path"),
        Binding("o", "folder", "Folder"),
        Binding("ctrl+r", "look", "Look again", show=False),
    ]

    class Read(Answer):
        """It was looked at what there is."""

        def __init__(self, overview: "IncidentOverview") -> None:
            super().__init__()
            self.overview = overview

    class Got(Answer):
        """One artefact was read."""

        def __init__(self, opened: "Opened") -> None:
            super().__init__()
            self.opened = opened

    overview: "IncidentOverview | None" = None
    """What is listed."""
    opened: "Opened | None" = None
    """What is shown of it."""
    view: "View"

    def contents(self) -> Iterator[Widget]:
        yield Gone(KEYS)
        with Container(id="desk"):
            yield Left("left")
            with Vertical(id="opened", classes="panel"):
                yield Page(Static(id="text", markup=False), id="page")

    async def furnish(self) -> None:
        # The table is a quarter of a first paint, and has nothing to show before something was read.
        from labs.overview.incident import View
        from labs.tui.incident.sheet import SheetView

        self.view = View()
        await self.query_one("#opened").mount(SheetView(id="sheet"))

    def on_mount(self) -> None:
        self.watch(self.app, "engagement", self.again, init=False)
        self.watch(self.app, "looking", self.again, init=False)

    def wants(self) -> object:
        engagement = self.lab.engagement
        return (engagement.folder if engagement else None, self.lab.looking and engagement is None)

    def clear(self) -> None:
        self.overview = self.opened = None
        self.query_one(Gone).wait("Looking at the incident")
        self.add_class("-gone")
        self.refresh_bindings()

    def arrive(self) -> None:
        if self.overview is None:
            self.action_look()

    def action_look(self) -> None:
        """Look again at what there is."""
        engagement = self.lab.engagement
        if not self._furnished:
            return  # it is looked at as soon as it is
        if engagement is not None:
            self.fetch(lambda: self.Read(self.lab.backend.incident(engagement)), "incident")
        elif not self.lab.looking:
            self._leave(*NOTHING_OPEN, wanted=True)

    def _leave(self, reason: str, advice: str, *, wanted: bool) -> None:
        self.overview = None
        self.query_one(Gone).show(reason, advice, wanted)
        self.add_class("-gone")
        self.refresh_bindings()

    @heeds(Trouble)
    def _troubled(self, trouble: Trouble) -> None:
        if trouble.work == "incident":
            self._leave(trouble.what, trouble.remedy or "", wanted=False)

    @heeds(Read)
    def _list(self, read: Read) -> None:
        self.overview = read.overview
        if not read.overview.artefacts:
            self._leave("Nothing is left of this incident", f"{read.overview.folder} holds its tables", wanted=True)
            return
        self.remove_class("-gone")
        self.query_one(Left).show(read.overview.artefacts)
        self.refresh_bindings()
        if self.focused is None:
            self.query_one(Left).focus()

    @on(Left.Pointed)
    def _open(self, pointed: Left.Pointed) -> None:
        overview = self.overview
        if overview is None:
            return
        panel = self.query_one("#opened")
        panel.border_title, panel.border_subtitle = pointed.artefact.path, "reading …"
        self.fetch(lambda: self.Got(self.lab.backend.artefact(overview, pointed.artefact)), "artefact")

    @heeds(Got)
    def _show(self, got: Got) -> None:
        from labs.overview.incident import View

        self.opened, self.view = got.opened, View()
        panel = self.query_one("#opened")
        panel.set_class(got.opened.sheet is not None, "-sheet")
        panel.border_title = got.opened.artefact.path
        self.query_one("#narrow", Input).value = ""
        if got.opened.sheet is not None:
            self._draw()
        else:
            self.query_one("#text", Static).update(Content(_plain(got.opened.text)))
            self.query_one(Page).scroll_home(animate=False)
            panel.border_subtitle = got.opened.artefact.about
        self.refresh_bindings()

    @property
    def sheet(self) -> "SheetView":
        """The table."""
        from labs.tui.incident.sheet import SheetView

        return self.query_one(SheetView)

    def _draw(self) -> None:
        from labs.tui.incident.sheet import DRAWN

        opened = self.opened
        if opened is None or opened.sheet is None:
            return
        count, whole = self.sheet.show(opened.sheet, self.view), len(opened.sheet.rows)
        found = f"{count:,} of {whole:,}" if count != whole else f"{whole:,}"
        more = "+" if opened.sheet.more else ""
        drawn = f" · first {DRAWN} shown" if count > DRAWN else ""
        self.query_one("#opened").border_subtitle = f"{found}{more} rows{drawn} · / filter · s sort"

    @on(Input.Changed, "#narrow")
    def _narrow(self, changed: Input.Changed) -> None:
        from labs.overview.incident import View

        if changed.value != self.view.words:
            self.view = View(changed.value, self.view.by, self.view.down)
            self._draw()

    @on(OptionList.OptionSelected)
    def _into(self) -> None:
        (self.sheet.grid if self._is_sheet() else self.query_one(Page)).focus()

    def _is_sheet(self) -> bool:
        return self.opened is not None and self.opened.sheet is not None

    def action_narrow(self) -> None:
        """Say which rows are wanted."""
        self.query_one("#narrow", Input).focus()

    def action_sort(self) -> None:
        """By the column that the cursor is in."""
        opened = self.opened
        if opened is not None and opened.sheet is not None and (column := self.sheet.column(opened.sheet.columns)):
            self.view = self.view.sorted_by(column)
            self._draw()

    def action_back(self) -> None:
        """All rows again, or back to the list."""
        box = self.query_one("#narrow", Input)
        if self._is_sheet() and (box.value or box.has_focus):
            box.value = ""
            self.sheet.grid.focus()
        else:
            self.query_one(Left).focus()

    def action_copy(self) -> None:
        """Copy the path of what is shown, for other tools."""
        if self.overview is not None and self.opened is not None:
            path = str(self.overview.folder / self.opened.artefact.path)
            self.app.copy_to_clipboard(path)
            self.notify(path, title="Copied", markup=False)

    def action_folder(self) -> None:
        """Open the incident in an editor."""
        overview = self.overview
        if overview is not None:
            self.fetch(lambda: OpenExternal(self.lab.backend.folder(overview.folder)), "outside")

    @heeds(OpenExternal)
    def _go_outside(self, outward: OpenExternal) -> None:
        visit(self, outward.to)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without an incident there is nothing to do; a file has no rows; in a browser, no program to start."""
        if action == "folder" and not allowed():
            return False
        if action in ("folder", "copy", "back") and self.overview is None:
            return False
        if action in ("narrow", "sort") and not self._is_sheet():
            return False
        return super().check_action(action, parameters)

    def commands(self) -> Iterator[Command]:
        if self.overview is not None:
            if self._is_sheet():
                yield Command("Filter the rows", "every word must occur; amount<-100 (/)", self.action_narrow)
            yield Command("Copy the path", "of what is shown, for other tools (y)", self.action_copy)
            if allowed():
                yield Command("Open the incident's folder", "in your editor (o)", self.action_folder)
            for one in self.overview.artefacts:
                yield Command(f"Show {one.path}", one.about, self._shower(one))
        yield Command("Look at the incident again", "after its files were changed (ctrl+r)", self.action_look)

    def _shower(self, artefact: "Artefact") -> Callable[[], None]:
        def show() -> None:
            left = self.query_one(Left)
            left.highlighted = left.get_option_index(artefact.path)
            left.focus()

        return show


def _plain(text: str) -> str:
    return printable(text.replace("\r\n", "\n"), keep="\n\t")
