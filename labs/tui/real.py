"""The back end that is not a test's: the rest of fdelab."""

from pathlib import Path

from labs.engagement import Engagement, current
from labs.errors import LabError
from labs.shelf import Listed, shelf


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
