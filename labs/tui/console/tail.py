"""The lines themselves: only what is on the screen is ever drawn, however many come."""

import re
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from scenarios.plain import printable, unstyled

if TYPE_CHECKING:
    from labs.world.live.model import Line

KEPT = 5000
"""Lines that can be scrolled back through and searched."""
LEVEL = re.compile(r"\b(?:(error|critical|fatal|traceback)|(warn(?:ing)?))\b", re.IGNORECASE)
"""The first such word of a line says how bad it is."""


class Tail(ScrollView):
    """The newest lines of all services, those that pass the filter."""

    can_focus = True

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id)
        self.follow = True
        self.service: str | None = None
        self.search = ""
        self.many = False
        """Whether each line says which service printed it."""
        self._all: deque[Line] = deque(maxlen=KEPT)
        self.shown: deque[Line] = deque(maxlen=KEPT)

    def add(self, lines: "Iterable[Line]") -> None:
        """More lines."""
        new = list(lines)
        self._all.extend(new)
        self.shown.extend(line for line in new if self._passes(line))
        self._resize()

    def clear(self) -> None:
        """Forget all lines, and every filter."""
        self._all.clear()
        self.service, self.search, self.follow = None, "", True
        self.narrow()

    def narrow(self) -> None:
        """Show the lines that the changed filter lets through."""
        self.shown = deque((line for line in self._all if self._passes(line)), maxlen=KEPT)
        self._resize()

    def _passes(self, line: "Line") -> bool:
        return self.service in (None, line.service) and self.search.casefold() in line.text.casefold()

    def _resize(self) -> None:
        self.virtual_size = Size(self._longest(), len(self.shown))
        if self.follow:
            self.scroll_target_y = self.scroll_y = self.max_scroll_y
        self.refresh()

    def _longest(self) -> int:
        """Columns of the longest line near the end: enough to scroll to, and quick to know."""
        newest = [self.shown[i] for i in range(max(0, len(self.shown) - 200), len(self.shown))]
        return max((len(line.text) + 30 for line in newest), default=0)

    def on_resize(self) -> None:
        self._resize()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        x, top = self.scroll_offset
        width = self.size.width
        if top + y >= len(self.shown):
            return Strip.blank(width, self.rich_style)
        return self._strip(self.shown[top + y]).crop_extend(x, x + width, self.rich_style)

    def _strip(self, line: "Line") -> Strip:
        colours = self.app.theme_variables
        base, dim = self.rich_style, self.rich_style + Style(color=colours["dim"])
        level = LEVEL.search(line.text)
        style = base + Style(color=colours["error" if level[1] else "warning"]) if level else base
        head = [Segment(f"{line.at:7.2f} ", dim)]
        if self.many:
            head.append(Segment(f"{line.service[:14]:<14} ", base + Style(color=colours["primary"])))
        return Strip([*head, *self._marked(printable(unstyled(line.text), " "), style)])

    def _marked(self, text: str, style: Style) -> list[Segment]:
        if not self.search:
            return [Segment(text, style)]
        found = style + Style(reverse=True, bold=True)
        parts = re.split(f"({re.escape(self.search)})", text, flags=re.IGNORECASE)
        return [Segment(part, found if i % 2 else style) for i, part in enumerate(parts) if part]
