"""Which of the panels is in front, where there is no room for all of them."""

from textual.content import Content
from textual.widgets import Static

PANELS = {"map": ("m", "Map"), "checks": ("c", "Checks"), "inbox": ("i", "Inbox"), "logs": ("l", "Logs")}
"""Key and title by the panel's id."""


class PanelBar(Static):
    """One line that names them all, with what is new in each."""

    def __init__(self) -> None:
        super().__init__(id="panels")
        self.front = "map"
        self.notes: dict[str, str] = {}

    def show(self, front: str | None = None, **notes: str) -> None:
        """Another panel is in front; `notes` say what is new in some."""
        self.front = front or self.front
        self.notes |= notes
        parts = []
        for panel, (key, title) in PANELS.items():
            note = f" {self.notes[panel]}" if self.notes.get(panel) else ""
            here = panel == self.front
            head = "[b $primary]▸ $key $title[/]" if here else "[$dim]  $key $title[/]"
            markup = f"{head}[$accent]$note[/]"
            parts.append(Content.from_markup(markup, key=key, title=title, note=note))
        self.update(Content("  ").join(parts))

    def on_mount(self) -> None:
        self.show()
