"""What the deployment prints: followed, by service, searched as one types."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from labs.tui.console.tail import Tail
from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.world.live.model import Line


class Logs(Vertical):
    """The lines, and a search that is there when one wants it."""

    ABOUT: ClassVar = Help(
        "Logs",
        "Each line with the second of the lap that it came in. f follows or stops; scrolling up stops too. v goes "
        "through the services. / searches, and shows only lines in which the text occurs; escape shows all again.\n\n"
        "Of a flood only as much is passed on as a screen can show; the title says how many lines were left out. "
        "All of them are in the evidence: fdelab logs.",
    )
    BINDINGS: ClassVar = [
        Binding("slash", "search", "Search", key_display="/", show=False),
        Binding("f", "follow", "Follow, or stop", show=False),
        Binding("v", "service", "The next service", show=False),
        Binding("escape", "all", "All", show=False),
    ]

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel front")
        self.services: list[str] = []
        self.skipped = 0

    def compose(self) -> ComposeResult:
        yield Input(id="search", placeholder="show lines with …", compact=True)
        yield Tail(id="tail")

    def on_mount(self) -> None:
        self.query_one("#search").display = False
        self.watch(self.tail, "scroll_y", self._scrolled, init=False)
        self.title()

    def clear(self) -> None:
        """Nothing was printed, and nothing is searched for."""
        self.services, self.skipped = [], 0
        self.tail.clear()
        box = self.query_one("#search", Input)
        box.value, box.display = "", False
        self.title()

    @property
    def seen(self) -> bool:
        """Whether lines are on the screen, before somebody who is here for them."""
        return self.has_focus_within and bool(self.tail.shown) and self.tail.size.height > 0

    @property
    def tail(self) -> Tail:
        """The lines."""
        return self.query_one(Tail)

    def add(self, lines: "Iterable[Line]", skipped: int) -> None:
        """More lines; so many more were left out before them."""
        self.skipped += skipped
        self.tail.many = len(self.services) > 1
        self.tail.add(lines)
        self.title()

    def title(self) -> None:
        """Write into the border what one sees."""
        tail = self.tail
        of = f" of {tail.service}" if tail.service else ""
        self.border_title = f"[$dim]l[/] Logs{of}"
        found = f"'{tail.search}': {len(tail.shown):,} lines · " if tail.search else ""
        left_out = f"{self.skipped:,} left out · " if self.skipped else ""
        self.border_subtitle = f"{found}{left_out}/ search · f {'▾ following' if tail.follow else 'Ⅱ stopped'}"

    def action_search(self) -> None:
        """Search, or change what is searched for."""
        box = self.query_one("#search", Input)
        box.display = True
        box.focus()

    def action_follow(self) -> None:
        """Follow, or stop."""
        self.tail.follow = not self.tail.follow
        self.tail.narrow()
        self.title()

    def action_service(self) -> None:
        """Turn to the next service; after the last one, to all."""
        ring: list[str | None] = [None, *self.services]
        self.tail.service = ring[(ring.index(self.tail.service) + 1) % len(ring)]
        self.tail.narrow()
        self.title()

    def action_all(self) -> None:
        """Show all lines again."""
        box = self.query_one("#search", Input)
        box.value = ""
        box.display = False
        self.tail.focus()

    def _scrolled(self, before: float, after: float) -> None:
        if after < before and self.tail.follow and after < self.tail.max_scroll_y:
            self.tail.follow = False
            self.title()
        elif after >= self.tail.max_scroll_y and not self.tail.follow:
            self.tail.follow = True
            self.title()

    @on(Input.Changed, "#search")
    def _narrow(self, changed: Input.Changed) -> None:
        self.tail.search = changed.value
        self.tail.narrow()
        self.title()

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.tail.focus()
