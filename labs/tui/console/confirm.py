"""One question that is answered yes or no."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from labs.tui.keybar import KeyBar


class Confirm(ModalScreen[bool]):
    """`y` or enter says yes; everything else that closes it, no."""

    CSS_PATH = "confirm.tcss"
    BINDINGS: ClassVar = [
        Binding("y,enter", "dismiss(True)", "Yes"),
        Binding("n,escape", "dismiss(False)", "No"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(id="page") as page:
            page.border_title = self._title
            yield Static(self._text, markup=False)
            yield Static(Content.from_markup("\n[b $primary]y[/] yes   [b $primary]n[/] no"))
        yield KeyBar()
