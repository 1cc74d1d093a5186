"""What stands in the console's place when there is no world to watch."""

from textual.content import Content
from textual.widgets import Static

KEYS = "[b $primary]b[/] briefing and launch   [b $primary]ctrl+r[/] look again   [b $primary]1[/] catalogue"


class Gone(Static):
    """Why, and what to do."""

    def show(self, reason: str, advice: str, wanted: bool) -> None:
        """Say it; `wanted`: nothing is wrong."""
        glyph, colour = ("○", "primary") if wanted else ("✖", "error")
        text = f"[b ${colour}]{glyph} $reason[/]\n\n[$primary]→[/] $advice\n\n\n{KEYS}"
        self.update(Content.from_markup(text, reason=reason, advice=advice))
