"""The console as a test opens it, and what is read off it."""

from pathlib import Path

from textual.pilot import Pilot

from labs.engagement.engagement import Engagement
from labs.tui.app import Fdelab
from labs.tui.console.checks import Checks
from labs.tui.memory import Memory
from labs.world.live.model import Happened
from simulator.protocol.events import MessageSent
from tests.unit.tui import desks
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import until

MESSAGE = Happened(MessageSent(lap=1, at=0.0, sender="lena", text="Is that you?"))


def console(fake: Fake, theme: str = "dark") -> Fdelab:
    """The app in its console, with an engagement open."""
    app = Fdelab(fake, Memory(place="console", theme=theme))
    app.set_reactive(Fdelab.engagement, Engagement(Path("/home/kim/promise-dates"), "promise-dates", 1))
    return app


async def shown(pilot: Pilot[None], desk: desks.FakeDesk) -> None:
    """A world in full swing is on the screen, and was judged."""
    desk.ripe = True
    for message in (MESSAGE, desks.lines(1, 120), desks.snapshot()):
        desk.told.put_nowait(message)
    await until(pilot, lambda: pilot.app.screen.query_one(Checks).report is not None)
