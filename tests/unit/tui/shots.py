"""One picture of each place, for the snapshot tests and for `docs/`: `python -m tests.unit.tui.shots FOLDER`.

A place that comes adds its shot here.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from textual.pilot import Pilot

from labs.engagement.engagement import Engagement
from labs.tui.app import Fdelab
from labs.tui.memory import Memory
from tests.unit.tui import desks, fakes, reviews
from tests.unit.tui.conftest import settled
from tests.unit.tui.fakes import STARTED, Fake


@dataclass(frozen=True)
class Shot:
    """A place in a state that is worth a look."""

    name: str
    place: str
    scenario: str | None = None
    keys: tuple[str, ...] = ()
    prepare: Callable[[Fake], None] = lambda _fake: None

    def app(self, theme: str) -> Fdelab:
        """The app in that place, with the same back end every time."""
        fake = Fake()
        self.prepare(fake)
        memory = Memory(place=self.place, scenario=self.scenario, theme=theme)
        memory.save = lambda: None  # type: ignore[method-assign]
        return Fdelab(fake, memory, clock=lambda: STARTED)

    async def ready(self, pilot: Pilot[None]) -> None:
        """Bring it about."""
        await quiet(pilot)
        await pilot.press(*self.keys)
        await quiet(pilot)


def _launching(fake: Fake) -> None:
    fake.events = fakes.start("waiting")


def _broken(fake: Fake) -> None:
    fake.listed = [fake.listed[-1], *fake.listed[:-1]]


def _engaged(fake: Fake) -> None:
    fake.engagement = Engagement(Path("/home/kim/promise-dates"), "promise-dates", seed=1)


def _gone(fake: Fake) -> None:
    fake.seen = reviews.gone()


def _trapped(fake: Fake) -> None:
    fake.seen = reviews.trapped()


SHOTS = (
    Shot("catalogue", "catalogue", "promise-dates"),
    Shot("catalogue-problems", "catalogue", prepare=_broken),
    Shot("briefing", "briefing", "promise-dates"),
    Shot("launch", "briefing", "promise-dates", ("l",), _launching),
    Shot("report", "report"),
    Shot("report-time-line", "report", keys=("t", ".", ".")),
    Shot("report-check", "report", keys=("down", "down", "down", "enter")),
    Shot("report-brief", "report", keys=("down",) * 7 + ("enter",)),
    Shot("report-asked", "report", keys=("a",), prepare=_trapped),
    Shot("report-debrief", "report", keys=("b",)),
    Shot("report-remembered", "report", keys=("d",), prepare=_gone),
    Shot("progress", "progress"),
    Shot("incident", "incident", keys=("down",) * 4, prepare=_engaged),
    Shot("incident-filtered", "incident", keys=(*("down",) * 5, "slash", *"GESPERRT", "enter", "s"), prepare=_engaged),
    Shot("incident-none", "incident"),
)


def _live(fake: Fake) -> None:
    fake.engagement = Engagement(Path("/home/kim/promise-dates"), "promise-dates", seed=1)
    fake.at.ripe = True
    for told in (desks.lines(1, 120), desks.snapshot()):
        fake.at.told.put_nowait(told)


PICTURES = (*SHOTS, Shot("console", "console", "promise-dates", prepare=_live))
"""What README and `docs/` show; the console's own snapshots are with its tests, which drive it further."""

SIZES = ((80, 24), (160, 50))
LOOKS = ("dark", "light")


ENDLESS = ("launch", "feed", "saves")
"""Groups of workers that end when they are let go of."""


async def quiet(pilot: Pilot[None]) -> None:
    """Nothing is under way that ends by itself, and what is endless has told all that it has to tell."""
    await settled(pilot, ENDLESS)
    fake = cast(Fake, cast(Fdelab, pilot.app).backend)
    running = {worker.group for worker in pilot.app.workers if not worker.is_finished}
    while ("launch" in running and not fake.told.is_set()) or ("feed" in running and not fake.at.told.empty()):
        await pilot.pause(0.01)
    await settled(pilot, ENDLESS)


async def _take(shot: Shot, size: tuple[int, int], look: str) -> str:
    app = shot.app(look)
    async with app.run_test(size=size) as pilot:
        await shot.ready(pilot)
        return app.export_screenshot(title=f"fdelab · {shot.name}")


def main(folder: Path) -> None:
    """Write an SVG of each shot into `folder`."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    for shot in PICTURES:
        svg = asyncio.run(_take(shot, (130, 38), "dark"))
        (folder / f"{shot.name}.svg").write_text(svg + "\n", encoding="utf-8")
        print(folder / f"{shot.name}.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
