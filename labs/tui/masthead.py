"""The line at the top: what this is, where one is and can go, and the engagement that is open."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from labs.tui.lab import Lab

BRAND, SMALL_BRAND = " [b $accent]◆[/] [b]fdelab[/]  ", " [b $accent]◆[/]"
TAB, SMALL_TAB = (
    "[@click=app.go('{name}')][$dim] $key $title [/][/]",
    "[@click=app.go('{name}')][$dim] $key $title[/][/]",
)
NARROW = 100
"""Columns below which places stand closer, so that what is open has room."""
KEY = "[@click=app.go('{name}')][$dim] $key[/][/]"
PADDING = 2
"""Columns beside what is open, as in the style sheet."""
HERE = "[b u $foreground on $background] $key $title [/]"


class Masthead(Horizontal):
    """Brand, places, and what is open. Few widgets: every place has one, and it is painted first."""

    def compose(self) -> ComposeResult:
        yield Static(self._places(self.app.size.width), id="places")
        yield Static(id="open")

    def on_mount(self) -> None:
        self.watch(self.app, "engagement", self._show)

    def on_resize(self) -> None:
        self.query_one("#places", Static).update(self._places(self.size.width))

    def _places(self, width: int) -> Content:
        """Brand and places; so many of the longest titles give way to their keys that what is open is shown whole."""
        titled = {entrance.name: entrance.title for entrance in cast("Lab", self.app).places}
        here = getattr(self.screen, "PLACE", None)
        giving = sorted((name for name in titled if name != here), key=lambda name: -len(titled[name]))
        room = width - self._open().cell_length - PADDING
        while (tabs := self._tabs(titled, narrow=width < NARROW)).cell_length > room and giving:
            titled[giving.pop(0)] = ""
        return tabs

    def _tabs(self, titled: Mapping[str, str], *, narrow: bool) -> Content:
        """Brand and places, by these titles."""
        places = cast("Lab", self.app).places
        here = getattr(self.screen, "PLACE", None)
        tabs = []
        for name, title in titled.items():
            form = HERE if name == here else (SMALL_TAB if narrow else TAB) if title else KEY
            tabs.append(Content.from_markup(form.format(name=name), key=places.key(name), title=title))
        return Content("").join([Content.from_markup(SMALL_BRAND if narrow else BRAND), *tabs])

    def _open(self) -> Content:
        engagement = cast("Lab", self.app).engagement
        name = engagement.folder.name if engagement is not None else ""
        return Content.from_markup("[$success]●[/] $name", name=name) if name else Content("")

    def _show(self) -> None:
        self.query_one("#places", Static).update(self._places(self.size.width or self.app.size.width))
        self.query_one("#open", Static).update(self._open())
