"""Each check of an exam with what it means to the customer; enter shows the rows behind it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.content import Content
from textual.events import Resize
from textual.widgets import DataTable

from grader.reports.phrasing import sentence, summary
from labs.tui.checktable import CheckTable
from labs.tui.help import Help
from labs.tui.report.behind import Behind

if TYPE_CHECKING:
    from grader.report import CheckReport

NARROW = {"expected": 10, "observed": 10}
FAMILY_FROM = 100
"""Columns of the panel from which families and points have room too."""


class Verdicts(CheckTable):
    """Family and points beside the numbers, where there is room."""

    ABOUT: ClassVar = Help(
        "Checks",
        "✔ pass, ✖ fail, ! could not be observed, which is never your fault, – skipped because a check that it builds "
        "on does not pass. ▲ marks a gate. Points: what it added to the score, of what it could.\n\nEnter shows the "
        "rows of evidence behind a check, and a hint where it failed.",
    )

    def explain(self, check: "CheckReport") -> Content:
        """Return what it means: where it failed, that it does not hold for the customer."""
        says = "Does not hold: " if check.verdict == "fail" and not check.hidden else ""
        text = "[b]$id[/] [$dim]$family[/]  $says\n$reason  [$primary]enter: what is behind it[/]"
        reason = sentence(check.reason or summary(check))
        last = self.report.last_lines[-1:] if self.report else ()
        reason += f" Last line: {last[0]}" if last else ""
        return Content.from_markup(text, id=check.id, family=check.family, says=says + sentence(check.says),
                                   reason=reason)  # fmt: skip

    def cells(self, check: "CheckReport") -> Mapping[str, Text]:
        """Return the numbers, the family, and what it added to the score."""
        points = f"{check.points:.1f}/{check.worth:.1f}" if check.weight else "gate" if check.gate else "–"
        return {
            **super().cells(check),
            "family": Text(check.family, style=self.app.theme_variables["dim"], no_wrap=True, overflow="ellipsis"),
            "points": Text(points, justify="right"),
        }

    @on(Resize)
    def _columns(self, resize: Resize) -> None:
        wide = resize.size.width >= FAMILY_FROM
        vars(self)["FIXED"] = {"family": 13, **NARROW, "points": 9} if wide else NARROW
        self._fill()

    @on(DataTable.RowSelected)
    def _open(self) -> None:
        if self.pointed is not None:
            self.app.push_screen(Behind(self.pointed))
