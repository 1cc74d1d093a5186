"""Which of a place's panels is in front, where there is no room for all of them."""

from collections.abc import Mapping

from textual.content import Content
from textual.widgets import Static


class PanelBar(Static):
    """One line that names them all, with what is new in each."""

    def __init__(self, panels: Mapping[str, tuple[str, str]], front: str) -> None:
        """`panels`: key and title by the panel's id."""
        super().__init__(id="panels")
        self._panels = panels
        self.front = front
        self.notes: dict[str, str] = {}

    def show(self, front: str | None = None, **notes: str) -> None:
        """Another panel is in front; `notes` say what is new in some."""
        self.front = front or self.front
        self.notes |= notes
        parts = []
        for panel, (key, title) in self._panels.items():
            note = f" {self.notes[panel]}" if self.notes.get(panel) else ""
            here = panel == self.front
            head = "[b $primary]▸ $key $title[/]" if here else "[$dim]  $key $title[/]"
            markup = f"{head}[$accent]$note[/]"
            parts.append(Content.from_markup(markup, key=key, title=title, note=note))
        self.update(Content("  ").join(parts))

    def on_mount(self) -> None:
        self.show()
