"""Help on `?`: what the focused widget is for, and every key that works there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Static

from labs.tui.keybar import KeyBar


@dataclass(frozen=True)
class Help:
    """What somebody wants to know who asks."""

    title: str
    text: str
    """Plain sentences; blank lines part paragraphs."""


@runtime_checkable
class Helpable(Protocol):
    """A widget or place that can say what it is for."""

    ABOUT: ClassVar[Help]


def helpful(node: DOMNode | None) -> Iterator[Help]:
    """Yield the help of `node` and of all that it is in, the nearest first."""
    while node is not None:
        if isinstance(node, Helpable):
            yield node.ABOUT
        node = node.parent


class HelpScreen(ModalScreen[None]):
    """Help texts, and the keys that were active when it was asked for."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar = [Binding("escape,question_mark,q", "dismiss(None)", "Close", key_display="esc")]

    def __init__(self, texts: list[Help], keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._texts = texts
        self._keys = keys

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="page") as page:
            page.border_title = "Help"
            page.border_subtitle = "esc closes"
            for help_ in self._texts:
                yield Static(help_.title, classes="title", markup=False)
                yield Static(help_.text, classes="text", markup=False)
            yield Static("Keys", classes="title")
            yield Static(self._table())
        yield KeyBar()

    def _table(self) -> Content:
        room = max((len(key) for key, _ in self._keys), default=0)
        lines = [Content.from_markup(f"[b $primary]{key:>{room}}[/]  $what", what=what) for key, what in self._keys]
        return Content("\n").join(lines)
