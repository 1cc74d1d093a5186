"""The attempt before this one beside it: score, money, and each check."""

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import DataTable, Static

from labs.tui.checktable import VERDICTS
from labs.tui.help import Help
from labs.world.live.phrasing import amount

if TYPE_CHECKING:
    from grader.report import CheckReport
    from labs.overview.review import Before, Review
    from labs.progress.store import CheckRecord

FIXED = {"before": 10, "now": 10, "": 7}
BETTER, WORSE, SAME = ("▲", "success"), ("▼", "error"), ("=", "dim")
NONE = "[$dim]There is no earlier attempt at this engagement to compare with.[/]"


class Compare(Vertical):
    """What got better, and what got worse."""

    ABOUT: ClassVar = Help(
        "Compare",
        "This exam beside the attempt at the same engagement before it that was judged. ▲ better, ▼ worse, = the "
        "same; of a check, by the points that it added.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel front")
        self.border_title = "[$dim]d[/] Difference"
        self._review: Review | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="totals")
        yield DataTable[Text](id="differences", cursor_type="row", cell_padding=1)

    def on_mount(self) -> None:
        self.watch(self.app, "theme", self._fill, init=False)

    def show(self, review: "Review") -> None:
        """Show what changed since the attempt before."""
        self._review = review
        before = review.before
        self.query_one("#totals", Static).update(NONE if before is None else _totals(review, before))
        self.border_subtitle = "" if before is None else f"since {before.attempt.taken_at.astimezone():%d %b %H:%M}"
        self._fill()

    def on_resize(self, _: Resize) -> None:
        self._fill()

    def _fill(self) -> None:
        table = self.query_one("#differences", DataTable)
        row = table.cursor_row
        table.clear(columns=True)
        if self._review is None or self._review.before is None:
            return
        rest = max(10, table.size.width - sum(FIXED.values()) - 2 * (len(FIXED) + 1) - 1)
        for label, width in {"check": rest, **FIXED}.items():
            table.add_column(label, width=width)
        for check in self._review.report.checks:
            table.add_row(*self._cells(check, self._review.before.check(check.id)))
        table.move_cursor(row=row)

    def _cells(self, now: "CheckReport", before: "CheckRecord | None") -> list[Text]:
        colours = self.app.theme_variables
        gained = None if before is None else round(now.points - before.points, 1)
        (glyph, colour), word = _change(now, before, gained or 0.0)
        return [
            Text(now.id, no_wrap=True, overflow="ellipsis"),
            Text("–") if before is None else self._seen(before.verdict, before.observed),
            self._seen(str(now.verdict), now.observed),
            Text(f"{glyph} {word}", style=colours[colour], justify="right"),
        ]

    def _seen(self, verdict: str, observed: str) -> Text:
        glyph, colour = VERDICTS[verdict]
        text = f"{glyph} {observed if verdict in ('pass', 'fail') else verdict}"
        return Text(text, style=self.app.theme_variables[colour], no_wrap=True, overflow="ellipsis")


def _change(now: "CheckReport", before: "CheckRecord | None", gained: float) -> tuple[tuple[str, str], str]:
    """Better or worse, and by how much; a gate without points by its verdict."""
    if before is None:
        return SAME, "new"
    turned = (now.verdict == "pass") - (before.verdict == "pass")
    if gained or turned:
        direction = BETTER if (gained or turned) > 0 else WORSE
        return direction, f"{gained:+g}" if gained else "gate"
    return SAME, "same"


def _totals(review: "Review", before: "Before") -> Content:
    report, attempt = review.report, before.attempt
    lines = []
    if report.score is not None and attempt.score is not None:
        gained = round(report.score - attempt.score, 1)
        lines.append(_total("score", f"{attempt.score:g} → {report.score:g}", gained, f"{gained:+g}"))
    if report.money is not None and attempt.money is not None:
        gained = report.money.total - attempt.money
        said = f"{amount(attempt.money)} → {amount(report.money.total)}"
        lines.append(_total(report.money.currency, said, gained, f"{'+' if gained >= 0 else ''}{amount(gained)}"))
    return Content("\n").join(lines) if lines else Content.from_markup("[$dim]Neither has numbers to compare.[/]")


def _total(label: str, said: str, gained: float, change: str) -> Content:
    glyph, colour = BETTER if gained > 0 else WORSE if gained < 0 else SAME
    text = f"[$dim]$label[/] $said  [b ${colour}]{glyph} $change[/]"
    return Content.from_markup(text, label=f"{label:<6}", said=said, change=change)
