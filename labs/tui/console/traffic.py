"""What traffic meets: requests, the share that was not answered truly, and how long answers take."""

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from labs.live.words import NONE, share, span
from labs.tui.help import Help
from labs.tui.spark import spark

if TYPE_CHECKING:
    from labs.live.model import Second

LABEL, VALUE = 9, 9
BAD, POOR = 0.05, 0.01
"""Shares of errors from which the number is shown as an error, or as a warning."""


class Traffic(Static):
    """Four sparklines over the last seconds, each with its newest number."""

    ABOUT: ClassVar = Help(
        "Traffic",
        "One column a second, the newest at the right. Requests: how many were due. Errors: the part of those that "
        "ended in that second without an answer that is true: wrong, an error, or none in time. p50 and p95: half, and "
        "all but one in twenty, were answered this fast, counted from when the request was due. 'none', and a "
        "cross, means that there was no answer at all to this part; a dot, that nothing ended in that second.",
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
        errors = last.error_share if last else None
        colour = "error" if (errors or 0) >= BAD else "warning" if (errors or 0) >= POOR else "success"
        self.update(
            Content("\n").join(
                [
                    _row("requests", spark([s.sent for s in shown], room), _rate(last), "primary"),
                    _row("errors", spark([s.error_share for s in shown], room, 1.0), share(errors), colour),
                    _row("p50", spark([_spanned(s, s.p50) for s in shown], room), _latency(last, "p50"), "secondary"),
                    _row("p95", spark([_spanned(s, s.p95) for s in shown], room), _latency(last, "p95"), "secondary"),
                ]
            )
        )


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
