"""The app as its places know it: what is chosen and open in it, and what it can do for them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.tui.backend import Backend
    from labs.tui.memory import Memory
    from labs.tui.places import Places
    from scenarios.guide import Milestone


class Lab(Protocol):
    """What `labs.tui.app.Fdelab` is to all that stands in it; none of that imports the app itself."""

    backend: "Backend"
    memory: "Memory"
    places: "Places"
    clock: Callable[[], float]
    chosen: str | None
    engagement: "Engagement | None"
    looking: bool
    examined: Path | None
    deeds: "dict[Path, list[Milestone]]"
    theme: str

    @property
    def current_mode(self) -> str:
        """Return the name of the place that one is in."""

    def go(self, name: str) -> None:
        """Enter a place."""

    def choose(self, scenario: str) -> None:
        """Look at a scenario from now on."""

    def open(self, engagement: "Engagement | None") -> None:
        """Open an engagement."""

    def look_at(self, evidence: Path) -> None:
        """Look at an exam's report."""

    def wear(self, name: str) -> None:
        """Change the look."""

    def remember(self) -> None:
        """Keep what the next sitting begins with."""

    def action_explain(self) -> None:
        """Show help."""

    async def action_quit(self) -> None:
        """Leave."""
