"""The exam's checks as they stand now, from the practice laps since the last redeploy."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable

from labs.tui.checktable import CheckTable
from labs.tui.help import Help

if TYPE_CHECKING:
    from grader.report import CheckReport, Report


class Checks(CheckTable):
    """Enter on one that fails asks for a nudge."""

    EMPTY = "The first answers come when the first graded phase is over."
    ABOUT: ClassVar = Help(
        "Checks",
        "What the exam will ask, asked now: of the latest run of each phase since your last redeploy. ✔ pass, ✖ fail, "
        "… waiting for a phase that has not come yet, – skipped because a check that it builds on does not pass. ▲ "
        "marks a gate: the exam is not passed without it.\n\nEnter on a check that fails gives a nudge; that you took "
        "it is noted, and it stays: below the table, and with n in the list of all.",
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

    nudges: Mapping[str, str] = MappingProxyType({})
    """Those that were taken in this engagement, by check."""

    def clear(self) -> None:
        """Neither report nor nudges."""
        self.nudges = {}
        super().clear()

    def remember(self, nudges: Mapping[str, str]) -> None:
        """Show these nudges with their checks: they were taken."""
        self.nudges = nudges
        if self.report is not None:
            self.show(self.report)
        if self.pointed is not None:
            self.tell(self.explain(self.pointed))

    def total(self, report: "Report") -> str:
        """With the nudges that it took."""
        count = len(self.nudges)
        taken = f" · n {count} nudge{'s' * (count != 1)}" if count else ""
        return super().total(report) + taken

    def explain(self, check: "CheckReport") -> Content:
        """Return what it says, whole; why it stands so; and the nudge, or that there is one."""
        head = Content.from_markup("[b]$id[/]  $says\n$reason", id=check.id, says=check.says, reason=check.reason)
        if check.id in self.nudges:
            return head + Content.from_markup("\n[$primary]→[/] $nudge", nudge=self.nudges[check.id])
        return head + Content.from_markup("  [$primary]enter: a nudge[/]" if check.hint else "")

    @property
    def seen(self) -> bool:
        """Whether a check that fails is on the screen, before somebody who is here for it."""
        return self.has_focus_within and self.failing and self.query_one(DataTable).size.height > 1

    @on(DataTable.RowSelected)
    def _nudge(self) -> None:
        if self.pointed is not None and self.pointed.hint:
            self.post_message(self.Nudge(self.pointed.id))
