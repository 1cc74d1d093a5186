"""The back end that is not a test's: the rest of fdelab."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labs.briefing import Briefing, briefing
from labs.catalogue import find
from labs.engagement import Engagement, begin, current
from labs.errors import Interrupted, LabError
from labs.progress.store import Store
from labs.shelf import Listed, shelf
from labs.tui.backend import Leash

if TYPE_CHECKING:
    from labs.tui.console.desk import Desk


class Real:
    """Answers from this machine. `start` is the folder that the app was opened in."""

    def __init__(self, start: Path | None = None) -> None:
        self._start = start

    def shelf(self, lint: bool) -> list[Listed]:
        return shelf(lint=lint)

    def resume(self, folder: str | None) -> Engagement | None:
        here = current(self._start)
        if here is not None or folder is None:
            return here
        try:
            return Engagement.load(Path(folder))
        except LabError:
            return None

    def briefing(self, name: str) -> Briefing:
        return briefing(name)

    def engage(self, name: str, folder: Path, runtime: str | None) -> Engagement:
        engagement, _ = begin(find(name, lint=True), folder, runtime)
        # That it is not found again in the catalogue costs less than not beginning.
        with contextlib.suppress(LabError):
            Store().opened(engagement.folder, engagement.scenario)
        return engagement

    def launch(self, engagement: Engagement, tell: Callable[[dict[str, Any]], None], leash: Leash) -> None:
        from labs.practice import await_lap, launch, take_down

        world = launch(engagement)
        try:
            await_lap(world, tell, leash.gone)
        except Interrupted:
            if leash.cancelled:
                take_down(engagement)
            raise
        except LabError:
            take_down(engagement)
            raise

    def desk(self, engagement: Engagement) -> "Desk":
        from labs.tui.console.real import RealDesk

        return RealDesk(engagement)
