"""Where the lap is: the world's state, the customer's time of day, and the phases as a bar."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.world.live.model import Snapshot
    from simulator.clock import Span

STATES = {
    "starting": ("◐", "primary"),
    "running": ("▶", "success"),
    "paused": ("Ⅱ", "warning"),
    "broken": ("✖", "error"),
    "stopping": ("■", "dim"),
}
SAYS = {"broken": "the deployment did not start: repair it, and redeploy", "paused": "paused while an exam runs"}


class LapClock(Static):
    """Three lines; the whole lap is as wide as the screen."""

    ABOUT: ClassVar = Help(
        "The lap",
        "A lap is the customer's day with all that happens in it; it takes about a minute, and then begins anew. The "
        "bar has one stretch for each phase, named below it once it has begun; phases in brackets are not graded. The "
        "last one, drain, waits for answers that are still on their way.",
    )

    watching: reactive[bool] = reactive(True)
    """Whether saving a file redeploys."""
    busy: reactive[str] = reactive("")
    """What is being done just now."""
    _snapshot: "Snapshot | None" = None
    _name = ""

    def clear(self, name: str) -> None:
        """Say that the world of an engagement of this name is looked for."""
        self._snapshot, self._name = None, name
        self.busy = ""
        self._draw()

    def show(self, snapshot: "Snapshot") -> None:
        """Show where it is."""
        self._snapshot = snapshot
        self._draw()

    def watch_watching(self) -> None:
        self._draw()

    def watch_busy(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if self._snapshot is None or width <= 0:
            self.update(Content.from_markup("[$primary]◐ looking for the world of $name …[/]", name=self._name))
            return
        when = self._snapshot.when
        bar, names = bars(when.spans, when.at, width) if when else bars((), 0.0, width)
        self.update(Content("\n").join([self._head(self._snapshot, width), bar, names]))

    def _head(self, snapshot: "Snapshot", width: int) -> Content:
        glyph, colour = STATES[snapshot.state]
        left = Content.from_markup(f"[b ${colour}]{glyph} $state[/]  lap $lap", state=snapshot.state, lap=snapshot.lap)
        when = snapshot.when
        if when is not None:
            day, clock = f"{when.sim:%a}", f"{when.sim:%H:%M}"
            markup = "  [b $accent]$clock[/] [$dim]$day, ×$rate[/]  [b]$phase[/]"
            left += Content.from_markup(markup, clock=clock, day=day, rate=f"{when.rate:.0f}", phase=when.phase)
        elif snapshot.state in SAYS:
            left += Content.from_markup("  [$dim]$says[/]", says=SAYS[snapshot.state])
        saving = "[$success]●[/] saving redeploys" if self.watching else "[$dim]○ saving is off[/]"
        right = Content.from_markup(f"[$dim]w[/] {saving}")
        if self.busy:
            right = Content.from_markup("[$primary]◐ $busy[/]", busy=self.busy)
        gap = max(2, width - left.cell_length - right.cell_length)
        return left + Content(" " * gap) + right


def bars(spans: "Sequence[Span]", at: float, width: int) -> tuple[Content, Content]:
    """Return a lap at wall second `at` as two lines: a stretch for each phase, and the names of those that have begun.

    No spans: it has not begun itself.
    """
    if not spans:
        return Content.from_markup("[$rule]$bar[/]", bar="━" * width), Content("")
    end = spans[-1].ends
    bar, names = Content(""), Content("")
    edges = [round(width * span.begins / end) for span in spans] + [width]
    now = round(width * min(1.0, max(0.0, at / end)))
    for span, left, right in zip(spans, edges, edges[1:], strict=False):
        done = max(0, min(now, right - 1) - left)
        rest = max(0, right - 1 - left - done)
        bar += Content.from_markup(f"[$accent]{'━' * done}[/][$rule]{'─' * rest}[/] ")
        name = "" if span.begins > at or not span.name else span.name if span.graded else f"({span.name})"
        room = max(0, right - left - 1)
        text = (name if len(name) <= room else f"{name[: max(0, room - 1)]}…" if room > 1 else "").ljust(right - left)
        here = span.begins <= at < span.ends
        style = "b $foreground" if here else "$dim"
        names += Content.from_markup(f"[{style}]$text[/]", text=text)
    return bar, names
