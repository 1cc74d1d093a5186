"""The exam's checks as they stand now, from the practice laps since the last redeploy."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable

from labs.tui.checktable import CheckTable
from labs.tui.help import Help

if TYPE_CHECKING:
    from grader.report import CheckReport


class Checks(CheckTable):
    """Enter on one that fails asks for a nudge."""

    EMPTY = "The first answers come when the first graded phase is over."
    ABOUT: ClassVar = Help(
        "Checks",
        "What the exam will ask, asked now: of the latest run of each phase since your last redeploy. ✔ pass, ✖ fail, "
        "… waiting for a phase that has not come yet, – skipped because a check that it builds on does not pass. ▲ "
        "marks a gate: the exam is not passed without it.\n\nEnter on a check that fails gives a nudge; that you took "
        "it is noted.",
    )

    class Nudge(Message):
        """The learner wants a hint for a check."""

        def __init__(self, check: str) -> None:
            super().__init__()
            self.check = check

    @property
    def failing(self) -> bool:
        """Whether a check that fails is among them."""
        return self.report is not None and any(check.verdict == "fail" for check in self.report.checks)

    def explain(self, check: "CheckReport") -> Content:
        """Why it stands so, and that there is a hint."""
        nudge = "  [$primary]enter: a nudge[/]" if check.hint else ""
        return Content.from_markup(f"[b]$id[/] $reason{nudge}", id=check.id, reason=check.reason)

    @on(DataTable.RowSelected)
    def _nudge(self) -> None:
        if self.pointed is not None and self.pointed.hint:
            self.post_message(self.Nudge(self.pointed.id))
