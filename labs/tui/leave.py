"""The question before one leaves while a world is up: it would run on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement

Choice = Literal["leave", "stop", "stay"]


class Leave(ModalScreen[Choice]):
    """Leave it running, stop it, or stay."""

    CSS_PATH = "leave.tcss"
    BINDINGS: ClassVar = [
        Binding("q,y,enter", "dismiss('leave')", "Leave it running"),
        Binding("s", "dismiss('stop')", "Stop it and leave"),
        Binding("n,escape", "dismiss('stay')", "Stay"),
    ]

    def __init__(self, engagements: "Sequence[Engagement]") -> None:
        super().__init__()
        self._engagements = engagements

    def compose(self) -> ComposeResult:
        from labs.engagement.running import ends

        one = len(self._engagements) == 1
        names = ", ".join(engagement.folder.name for engagement in self._engagements)
        with Vertical(id="page") as page:
            page.border_title = "Leave the app?"
            what = f"The world of {names} runs on" if one else f"The worlds of {names} run on"
            yield Static(f"{what}. Opened again, the app is where you left it.", markup=False)
            yield Static(f"\nTo end {'it' if one else 'them'} later:\n{ends(self._engagements)}", markup=False)
            stop = "stop it and leave" if one else "stop them and leave"
            keys = (("q", "leave"), ("s", stop), ("esc", "stay"))
            shown = [Content.from_markup("[b $primary]$key[/] $what", key=key, what=what) for key, what in keys]
            yield Static(Content("\n") + Content("   ").join(shown))
