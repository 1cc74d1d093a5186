"""What traffic meets: requests, the share that was not answered, and how long answers take."""

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from labs.tui.help import Help
from labs.tui.spark import spark
from labs.world.live.phrasing import NONE, share, span

if TYPE_CHECKING:
    from labs.world.live.model import Second

LABEL, VALUE = 9, 9
P50 = 2
"""Row of what is left out first."""


class Traffic(Static):
    """Sparklines over the last seconds, each with its newest number; p50 where there is room."""

    ABOUT: ClassVar = Help(
        "Traffic",
        "One column a second, the newest at the right. Requests: how many were due. Of those that ended in that "
        "second, failed is the part that got an error, or no answer in time; whether an answer was true nobody sees "
        "here. p50 and p95: half, and all but one in twenty, were answered this fast, counted from when the request "
        "was due. 'none', and a cross, means that there was no answer at all to this part; a dot, that nothing ended "
        "in that second.",
    )

    can_focus = True
    _seconds: "Sequence[Second]" = ()

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel")
        self.border_title = "Traffic"

    def show(self, seconds: "Sequence[Second]") -> None:
        """Show these, oldest first."""
        self._seconds = seconds
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        room = max(4, self.content_size.width - LABEL - VALUE - 2)
        shown = self._seconds[-room:]
        last = shown[-1] if shown else None
        rows = [
            _row("requests", spark([s.sent for s in shown], room), _rate(last), "primary"),
            _part("failed", [s.failed_share for s in shown], room, "error"),
            _row("p50", spark([_spanned(s, s.p50) for s in shown], room), _latency(last, "p50"), "secondary"),
            _row("p95", spark([_spanned(s, s.p95) for s in shown], room), _latency(last, "p95"), "secondary"),
        ]
        if self.content_size.height < len(rows):
            del rows[P50]
        self.update(Content("\n").join(rows))


def _part(label: str, shares: "Sequence[float | None]", room: int, bad: str) -> Content:
    """Return a part of the requests; none of them is good."""
    newest = shares[-1] if shares else None
    return _row(label, spark(shares, room, 1.0), share(newest), bad if newest else "success")


def _spanned(second: "Second", value: float | None) -> float | None:
    """Seconds; infinite where there was no answer."""
    return inf if value is None and second.ended else value


def _rate(second: "Second | None") -> str:
    return NONE if second is None else f"{second.sent}/s"


def _latency(second: "Second | None", name: str) -> str:
    if second is None or not second.ended:
        return NONE
    value: float | None = getattr(second, name)
    return "none" if value is None else span(value)


def _row(label: str, line: str, value: str, colour: str) -> Content:
    text = f"[$dim]$label[/] [${colour}]$line[/] [b]$value[/]"
    return Content.from_markup(text, label=f"{label:<{LABEL}}", line=line, value=f"{value:>{VALUE}}")
