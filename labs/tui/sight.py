"""Whether something was looked at for as long as it takes to see it: what tips wait for is seen, not gone to."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

if TYPE_CHECKING:
    from labs.tui.place import Place
    from scenarios.guide import Milestone

READING = 2.0
"""Seconds that something has to stay before one's eyes."""


class Sight:
    """One thing that a tip is about. `look` is called whenever it may have come into sight, or gone out of it."""

    def __init__(self, place: "Place", deed: "Milestone", there: Callable[[], bool]) -> None:
        """`there`: whether it is before the learner's eyes now."""
        self._place = place
        self._deed = deed
        self._there = there
        self._reading: Timer | None = None

    def look(self) -> None:
        """Begin to wait, go on, or give up."""
        if not self._there():
            self.forget()
        elif self._reading is None:
            self._reading = self._place.set_timer(READING, self._read)

    def forget(self) -> None:
        """Wait for it no more."""
        if self._reading is not None:
            self._reading.stop()
            self._reading = None

    def _read(self) -> None:
        self._reading = None
        if self._there():
            self._place.did(self._deed)
