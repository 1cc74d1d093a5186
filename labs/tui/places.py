"""The places of the app, in the order of their keys. A place is imported when it is first entered."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen


@dataclass(frozen=True)
class Entrance:
    """Where a place is, and how one gets there."""

    name: str
    """Of the mode."""
    title: str
    about: str
    """One line for the palette."""
    module: str
    screen: str
    """Name of the `Place` in `module`."""

    @property
    def stylesheet(self) -> Path:
        """The place's own, relative to this package's folder; it lies beside the module."""
        return Path(*self.module.split(".")[2:]).with_suffix(".tcss")

    def open(self) -> "Screen[None]":
        """Return a new screen of this place."""
        made: Screen[None] = getattr(import_module(self.module), self.screen)()
        return made


class Places:
    """The entrances by name; each name once."""

    def __init__(self, *entrances: Entrance) -> None:
        self._by_name = {one.name: one for one in entrances}
        if len(self._by_name) != len(entrances):
            raise ValueError(f"two places of one name: {', '.join(one.name for one in entrances)}")

    def __iter__(self) -> Iterator[Entrance]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Entrance:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def key(self, name: str) -> str:
        """Return the digit that leads there."""
        return str([*self._by_name].index(name) + 1)


PLACES = Places(
    Entrance("catalogue", "Catalogue", "every engagement that there is", "labs.tui.catalogue.place", "Catalogue"),
    Entrance("briefing", "Briefing", "what the customer needs, and the launch", "labs.tui.briefing.place", "Briefing"),
    Entrance("console", "Console", "the live engagement", "labs.tui.console.place", "Console"),
    Entrance("report", "Report", "an exam, looked back at", "labs.tui.report.place", "Report"),
    Entrance("progress", "Progress", "attempts, skills, what to try next", "labs.tui.progress.place", "Progress"),
    Entrance("incident", "Incident", "what is left of the bad day", "labs.tui.incident.place", "Incident"),
)
