"""A page over the place that it is opened from, as long as it has to be."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from labs.tui.keybar import KeyBar


class Page(ModalScreen[bool]):
    """The arrows scroll it. A subclass yields what is on it from `contents`, and adds its own stylesheet."""

    CSS_PATH: ClassVar = [Path(__file__).with_suffix(".tcss")]  # whole: pages of other places have it too
    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar = [Binding("escape,q", "dismiss(None)", "Close", key_display="esc")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="page") as page:
            page.border_title = Content(self._title)
            page.border_subtitle = "esc closes"
            yield from self.contents()
        yield KeyBar()

    def contents(self) -> Iterator[Widget]:
        """Return the widgets on it, from above."""
        raise NotImplementedError
