"""The line at the top: what this is, where one is and can go, and the engagement that is open."""

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from labs.tui.app import Fdelab


class Tab(Static):
    """The way into one place; marked while one is there."""

    def __init__(self, name: str, key: str, title: str) -> None:
        super().__init__(Content.from_markup("[$dim]$key[/] $title", key=key, title=title), classes="tab")
        self.target = name

    def on_click(self) -> None:
        cast("Fdelab", self.app).go(self.target)


class Masthead(Horizontal):
    """Brand, tabs, and what is open."""

    def compose(self) -> ComposeResult:
        lab = cast("Fdelab", self.app)
        yield Static(Content.from_markup("[b $accent]◆[/] [b]fdelab[/]"), id="brand")
        for entrance in lab.places:
            yield Tab(entrance.name, lab.places.key(entrance.name), entrance.title)
        yield Static(id="open")

    def on_mount(self) -> None:
        lab = cast("Fdelab", self.app)
        here = getattr(self.screen, "PLACE", None)
        for tab in self.query(Tab):
            tab.set_class(tab.target == here, "-here")
        self.watch(lab, "engagement", self._show)

    def _show(self) -> None:
        engagement = cast("Fdelab", self.app).engagement
        text = "" if engagement is None else Content.from_markup("[$success]●[/] $name", name=engagement.folder.name)
        self.query_one("#open", Static).update(text)
