"""The time line: phases, what was held against the customer, errors and money, read together at a cursor."""

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message
from textual.widgets import Static

from labs.tui.help import Help
from labs.tui.report.lanes import LABEL, VALUE, Axis, Lane, Moment, lanes, moment, phase

if TYPE_CHECKING:
    from labs.exam.timeline import LapTimeline

NONE = "[$dim]The evidence has no time line: $why[/]"
CURSOR = "b $block-cursor-foreground on $block-cursor-background"
STEP = 8
"""Columns that a long step goes."""


class Lanes(VerticalScroll):
    """The lanes, and the cursor that goes through all of them."""

    BINDINGS: ClassVar = [
        Binding("left", "step(-1)", "Earlier", show=False),
        Binding("right", "step(1)", "Later", show=False),
        Binding("shift+left", f"step(-{STEP})", "Much earlier", show=False),
        Binding("shift+right", f"step({STEP})", "Much later", show=False),
        Binding("comma", "phase(-1)", "The phase before", key_display=",", show=False),
        Binding("full_stop", "phase(1)", "The phase after", key_display=".", show=False),
    ]

    class Moved(Message):
        """The cursor stands elsewhere."""

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id)
        self.course: LapTimeline | None = None
        self.cursor = 0.0
        """Wall second."""
        self._lanes: list[Lane] = []

    def compose(self) -> ComposeResult:
        yield Static(id="drawn")

    @property
    def axis(self) -> Axis | None:
        """As wide as there is room; None while there is none, or no course."""
        room = self.scrollable_content_region.width - LABEL - VALUE - 2
        return Axis(self.course, room) if self.course is not None and room > 0 else None

    def show(self, course: "LapTimeline | None") -> None:
        """Show a course, from where it cost most."""
        self.course = course
        if course is not None:
            worst = min(range(len(course.lost)), key=lambda n: course.lost[n])
            self.cursor = worst * course.width
        self._redraw()

    def on_resize(self, _: Resize) -> None:
        self._redraw()

    def _redraw(self) -> None:
        axis = self.axis
        self._lanes = lanes(axis) if axis is not None else []
        self._draw()

    def _draw(self) -> None:
        axis = self.axis
        if axis is not None:
            here = axis.column(self.cursor)
            self.query_one("#drawn", Static).update(Content("\n").join([_drawn(lane, here) for lane in self._lanes]))
            self.post_message(self.Moved())

    def action_step(self, columns: int) -> None:
        """Go some columns."""
        axis = self.axis
        if axis is not None:
            column = max(0, min(axis.width - 1, axis.column(self.cursor) + columns))
            # Into the column, so that it is found again whatever rounding does.
            self._go(axis.at(column) + 0.5 * axis.course.ends / axis.width)

    def action_phase(self, way: int) -> None:
        """Go to where another phase begins."""
        if self.course is not None:
            spans = self.course.spans
            here = spans.index(phase(self.course, self.cursor))
            self._go(spans[max(0, min(len(spans) - 1, here + way))].begins + 1e-6)

    def on_click(self, click: Click) -> None:
        """Go there."""
        offset = click.get_content_offset(self)
        axis = self.axis
        if axis is not None and offset is not None and 0 <= offset.x - LABEL - 1 < axis.width:
            self._go(axis.at(offset.x - LABEL - 1) + 0.5 * axis.course.ends / axis.width)

    def _go(self, at: float) -> None:
        self.cursor = at
        self._draw()


def _drawn(lane: Lane, cursor: int) -> Content:
    """Return a lane as a line, the cursor's column on a ground of its own."""
    parts: list[tuple[str, str]] = [(f"{lane.name[:LABEL]:<{LABEL}} ", "$dim")]
    styles = [CURSOR if column == cursor else colour for column, colour in enumerate(lane.colours)]
    column = 0
    for style, run in groupby(styles):
        width = len(list(run))
        parts.append((lane.cells[column : column + width], style))
        column += width
    value = lane.value if len(lane.value) <= VALUE else f"{lane.value[: VALUE - 1]}…"
    return Content.assemble(*parts, (f" {value:>{VALUE}}", "$foreground"))


class TimeLine(Vertical):
    """The lanes, and what was at the cursor."""

    ABOUT: ClassVar = Help(
        "Time line",
        "One column is the same moment in every lane. ← and → move the cursor through all of them (shift: eight "
        "columns; , and . by phases); below it stands what was then.\n\nphase: ━ graded, ┄ not graded, ⚑ the "
        "requirement changes. Then what made the customer's side harder: ━ while it was on, blocks for how often it "
        "struck. news: ✉ somebody wrote, ↻ a service ended by itself. Requests count when they were due: how many a "
        "second, which part of them failed (an error, too late, or no answer) or was answered wrongly, and the "
        "slowest answer. loss: what was booked for that moment; so far: all of it until then. A dot: nothing.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel front")
        self.border_title = "[$dim]t[/] Time line"

    def compose(self) -> ComposeResult:
        yield Lanes("lanes")
        yield Static(id="moment")

    def show(self, course: "LapTimeline | None", why: str) -> None:
        """Show one; None: say why there is none."""
        self.border_subtitle = "" if course is None else f"{course.ends:.0f} s · ← → read a moment"
        self.query_one(Lanes).show(course)
        if course is None:
            self.query_one("#drawn", Static).update(Content.from_markup(NONE, why=why))
            self.query_one("#moment", Static).update("")

    def on_lanes_moved(self) -> None:
        lanes_ = self.query_one(Lanes)
        axis = lanes_.axis
        if axis is not None:
            self.query_one("#moment", Static).update(_said(moment(axis, axis.column(lanes_.cursor))))


def _said(now: Moment) -> Content:
    """Three lines: when and what it cost, traffic, and why."""
    first = Content.from_markup("[b]$where[/]   [$accent]$money[/]", where=now.where, money=now.money)
    why = [f"━ {one}" for one in now.on] + list(now.news[:1])
    return Content("\n").join([first, Content(now.traffic), Content.from_markup("[$dim]$why[/]", why="   ".join(why))])
