"""How the console's panels share its screen: by the rows that are left for them, tips and all."""

from textual.containers import Container
from textual.events import Resize

from labs.tui.place import WIDE

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

    def on_resize(self, resize: Resize) -> None:
        width, height = resize.size
        self.screen.set_class(width >= WIDE and height >= ROOMY, "-roomy")
        self.screen.set_class(height < LOW, "-low")
