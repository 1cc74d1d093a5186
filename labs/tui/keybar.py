"""The line at the bottom: the keys that work here and now. One widget, where Textual's own footer makes one a key.

Every screen has its own, pages and questions too: it lies over that of the place below, whose keys do not work then.
"""

from itertools import groupby
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.screen import Screen

KEY = "[@click=app.simulate_key('{key}')][b $primary]$shown[/] [$dim]$what[/][/]  "


class KeyBar(Static):
    """Renewed whenever the focus or what is possible changes; a click does what the key does."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._show)
        self._show(self.screen)

    def _show(self, screen: "Screen[object]") -> None:
        if not screen.is_attached:
            return
        wanted = [
            active.binding for active in screen.active_bindings.values() if active.binding.show and active.enabled
        ]
        words = [
            Content.from_markup(
                KEY.format(key=first.key), shown=self.app.get_key_display(first), what=first.description
            )
            for first in (next(same) for _, same in groupby(wanted, lambda binding: binding.action))
        ]
        self.update(Content("").join([Content(" "), *words]))
