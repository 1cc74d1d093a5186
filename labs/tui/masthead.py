"""The line at the top: what this is, where one is and can go, and the engagement that is open."""

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
HERE = "[b u $foreground on $background] $key $title [/]"


class Masthead(Horizontal):
    """Brand, places, and what is open. Few widgets: every place has one, and it is painted first."""

    def compose(self) -> ComposeResult:
        yield Static(self._places(self.app.size.width < NARROW), id="places")
        yield Static(id="open")

    def on_mount(self) -> None:
        self.watch(self.app, "engagement", self._show)

    def on_resize(self) -> None:
        self.query_one("#places", Static).update(self._places(self.size.width < NARROW))

    def _places(self, narrow: bool) -> Content:
        places = cast("Lab", self.app).places
        here = getattr(self.screen, "PLACE", None)
        tabs = [
            Content.from_markup(
                HERE if entrance.name == here else (SMALL_TAB if narrow else TAB).format(name=entrance.name),
                key=places.key(entrance.name),
                title=entrance.title,
            )
            for entrance in places
        ]
        return Content("").join([Content.from_markup(SMALL_BRAND if narrow else BRAND), *tabs])

    def _show(self) -> None:
        engagement = cast("Lab", self.app).engagement
        text = "" if engagement is None else Content.from_markup("[$success]●[/] $name", name=engagement.folder.name)
        self.query_one("#open", Static).update(text)
