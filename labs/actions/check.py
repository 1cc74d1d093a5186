"""How the deployment does in practice laps: asked once, or again whenever the answer can have changed."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labs.actions.memory import reach

if TYPE_CHECKING:
    from grader.report import Report
    from labs.engagement.engagement import Engagement
    from scenarios.guide import Milestone


@dataclass(frozen=True)
class CheckRequest:
    """Whose world."""

    engagement: "Engagement"


@dataclass(frozen=True)
class Checked:
    """How the checks stand."""

    report: "Report"
    milestones: "tuple[Milestone, ...]" = ()
    """What was noted for the tips."""


def check(request: CheckRequest) -> Checked:
    """Judge the latest run of each phase since the last redeploy.

    Raises `UsageProblem` where no world runs or no lap has begun yet, and `CouldNotJudge` on broken evidence.
    """
    from labs.engagement.check import check_practice

    return _checked(request.engagement, check_practice(request.engagement))


def all_pass(report: "Report") -> bool:
    """Whether there are checks, and each of them passes."""
    from grader.verdict import Verdict

    return bool(report.checks) and all(one.verdict is Verdict.PASS for one in report.checks)


def seen(engagement: "Engagement", report: "Report") -> None:
    """Remember for the tips that the learner was shown a check that fails."""
    if any(one.verdict == "fail" for one in report.checks):
        reach(engagement.folder, "checks-seen")


def _checked(engagement: "Engagement", report: "Report") -> Checked:
    return Checked(report, reach(engagement.folder, "checks-passed") if all_pass(report) else ())


class LiveChecks:
    """Knows when to ask. Feed it all messages of the world; `heed` says when asking may give another answer."""

    def __init__(self, request: CheckRequest) -> None:
        from labs.engagement.judge import Judge

        self._engagement = request.engagement
        self._judge = Judge(request.engagement)

    def heed(self, message: object) -> bool:
        """Take notice of one message of the feed; whether the checks may have another answer now."""
        self._judge.heed(message)
        return self._judge.stale

    def check(self) -> Checked:
        """As the action `check`, of what there is now; takes a moment. Raises `LabError` as that does."""
        return _checked(self._engagement, self._judge.judge())

    async def ask(self) -> Checked:
        """`check`, beside whatever else goes on. Raises `LabError` as that does."""
        return await asyncio.to_thread(self.check)
