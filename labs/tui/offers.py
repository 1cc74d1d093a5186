"""The command palette's offers: what one can do in this place, then where one can go, then the app's own settings.

A place has better words for most of what its keys do, and its keys are read all the same: none can be forgotten.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.actions import parse
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from labs.tui.help import Helpable
from labs.tui.palette import Command
from labs.tui.place import Place, entered
from labs.tui.themes import THEMES

if TYPE_CHECKING:
    from labs.tui.lab import Lab


def offered(place: Place) -> Iterator[Command]:
    """All that one can do in a place: what it has words for, then what else its keys do, and those of what is in it."""
    worded = list(place.commands())
    yield from worded
    yield from _keyed(place, {command.key for command in worded})


def _keyed(place: Place, worded: set[str]) -> Iterator[Command]:
    for node in (place, *place.query("*")):
        for binding in _own(type(node)):
            _, name, parameters = parse(binding.action)
            key = binding.key_display or place.app.get_key_display(next(iter(Binding.make_bindings([binding]))))
            known = node is place and key in worded
            if binding.description and not known and node.check_action(name, parameters):
                yield Command(_title(place, node, binding), f"({key})", partial(_press, place, node, binding))


def _own(kind: type) -> Iterator[Binding]:
    """Yield the bindings that classes of ours declare: those of every list and box of Textual would bury them."""
    for cls in kind.__mro__:
        if cls.__module__.startswith("labs.tui"):
            yield from (one for one in vars(cls).get("BINDINGS", ()) if isinstance(one, Binding))


def _title(place: Place, node: DOMNode, binding: Binding) -> str:
    if node is place or not isinstance(node, Helpable):
        return binding.description
    return f"{node.ABOUT.title}: {binding.description.lower()}"


async def _press(place: Place, node: DOMNode, binding: Binding) -> None:
    """Do what the key does where it works."""
    if node is not place:
        place.reveal(node)
    await place.app.run_action(binding.action, node)


class Commands(Provider):
    """Commands that depend on the place: its screen's `commands()` come first."""

    def _all(self) -> Iterator[Command]:
        app = cast("Lab", self.app)
        place = entered(self.app.screen_stack)
        if place is not None:
            yield from offered(place)
        for entrance in app.places:
            if entrance.name != app.current_mode:
                go = _bound(app.go, entrance.name)
                yield Command(f"Go to {entrance.title}", f"{entrance.about} ({app.places.key(entrance.name)})", go)
        for name in THEMES:
            if app.theme != THEMES[name].name:
                yield Command(f"Theme: {name}", "how the app looks; it is remembered", _bound(app.wear, name))
        yield Command("Help", "what is here, and every key (?)", app.action_explain)
        yield Command("Quit", "leave the app; it says which worlds run on (q)", app.action_quit)

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
