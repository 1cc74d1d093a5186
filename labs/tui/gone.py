"""What stands in a place when there is nothing to show."""

from textual.content import Content
from textual.widgets import Static


class Gone(Static):
    """Why, and what to do."""

    def __init__(self, keys: str) -> None:
        """`keys`: those that lead on, as markup."""
        super().__init__(id="gone")
        self._keys = keys

    def wait(self, what: str) -> None:
        """Say that something is on its way."""
        self.update(Content.from_markup("[b $primary]◐ $what …[/]", what=what))

    def show(self, reason: str, advice: str, wanted: bool) -> None:
        """Say it; `wanted`: nothing is wrong."""
        glyph, colour = ("○", "primary") if wanted else ("✖", "error")
        reason = reason[:1].upper() + reason[1:]
        text = f"[b ${colour}]{glyph} $reason[/]\n\n[$primary]→[/] $advice\n\n\n{self._keys}"
        self.update(Content.from_markup(text, reason=reason, advice=advice))
