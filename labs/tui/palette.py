"""The command palette: what one can do in this place, then where one can go, then the app's own settings."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from labs.tui.themes import THEMES

if TYPE_CHECKING:
    from labs.tui.app import Fdelab


class Command(NamedTuple):
    """Something that one can do now."""

    title: str
    about: str
    run: Callable[[], object]


class Commands(Provider):
    """Commands that depend on the place: its screen's `commands()` come first."""

    def _all(self) -> Iterator[Command]:
        app = cast("Fdelab", self.app)
        place = app.place
        if place is not None:
            yield from place.commands()
        for entrance in app.places:
            if entrance.name != app.current_mode:
                go = _bound(app.go, entrance.name)
                yield Command(f"Go to {entrance.title}", f"{entrance.about} ({app.places.key(entrance.name)})", go)
        for name in THEMES:
            if app.theme != THEMES[name].name:
                yield Command(f"Theme: {name}", "how the app looks; it is remembered", _bound(app.wear, name))
        yield Command("Help", "what is here, and every key (?)", app.action_explain)
        yield Command("Quit", "leave the app; a running world goes on (q)", app.action_quit)

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command in self._all():
            yield DiscoveryHit(command.title, command.run, help=command.about)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for command in self._all():
            if (score := matcher.match(command.title)) > 0:
                yield Hit(score, matcher.highlight(command.title), command.run, help=command.about)


def _bound(call: Callable[[str], object], name: str) -> Callable[[], object]:
    return lambda: call(name)
