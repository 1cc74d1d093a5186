"""The console's panels, and how they share its screen: by the rows that are left for them, tips and all."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Resize

from labs.tui.console.checks import Checks
from labs.tui.console.inbox import Inbox
from labs.tui.console.logs import Logs
from labs.tui.console.money import Ticker
from labs.tui.console.servicemap import ServiceMap
from labs.tui.console.traffic import Traffic
from labs.tui.panelbar import PanelBar
from labs.tui.place import WIDE

if TYPE_CHECKING:
    from labs.world.live.model import Snapshot

NUMBERS, FRONT = 10, 17
"""Rows of traffic and money, and of map, checks and inbox, where everything is shown at once."""
LOGS = 6
"""Lines of the logs that are always shown, if need be alone."""
FRAME = 2
"""Rows of a panel's border."""
ROOMY = NUMBERS + FRONT + LOGS + FRAME
"""Rows from which everything has room at once."""
STRIP = 6
"""Rows of traffic and money above one panel in front."""
BAR = 1
"""Row that names the panels."""
LOW = STRIP + BAR + LOGS + FRAME
"""Rows below which the panel in front has all of them, without traffic and money."""


class Board(Container):
    """Its screen has the class `-roomy` where all panels are shown at once, and `-low` where one is, and no numbers."""

    PANELS: ClassVar = {"map": ("m", "Map"), "checks": ("c", "Checks"), "inbox": ("i", "Inbox"), "logs": ("l", "Logs")}
    """Key and title by the panel's id."""

    def compose(self) -> ComposeResult:
        yield Traffic("traffic")
        yield Ticker("money")
        yield PanelBar(self.PANELS, "map")
        yield ServiceMap("map")
        yield Checks("checks")
        yield Inbox("inbox")
        yield Logs("logs")

    def on_resize(self, resize: Resize) -> None:
        width, height = resize.size
        self.screen.set_class(width >= WIDE and height >= ROOMY, "-roomy")
        self.screen.set_class(height < LOW, "-low")

    def clear(self) -> None:
        """Nothing is known of any world."""
        self.query_one(Traffic).show(())
        self.query_one(Ticker).show(None)
        self.query_one(ServiceMap).clear()
        self.query_one(Checks).clear()
        self.query_one(Inbox).clear()
        self.query_one(Logs).clear()
        self.note(map="", checks="", inbox="")

    def show(self, snapshot: "Snapshot") -> None:
        """Show the world as it is."""
        self.query_one(Traffic).show(snapshot.seconds)
        self.query_one(Ticker).show(snapshot.money)
        self.query_one(ServiceMap).show(snapshot)
        struck = sum(1 for link in snapshot.links if link.faults)
        self.note(map=f"↯{struck}" if struck else "")

    def note(self, **notes: str) -> None:
        """Say what is new in some panels, where they are named."""
        self.query_one(PanelBar).show(**notes)

    @property
    def front(self) -> str:
        """The panel in front."""
        return self.query_one(PanelBar).front

    def bring(self, panel: str) -> None:
        """Bring one to the front."""
        for name in self.PANELS:
            self.query_one(f"#{name}").set_class(name == panel, "-front")
        self.query_one(PanelBar).show(panel)

    def shows(self, panel: str) -> bool:
        """Whether one is on the screen."""
        return self.screen.has_class("-roomy") or self.front == panel
