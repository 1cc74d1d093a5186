"""Judging the live world of an engagement, as `fdelab check` does."""

from grader import grade
from grader.learner import hide
from grader.report import Report
from labs.base.errors import CouldNotJudge, UsageProblem
from labs.engagement.engagement import Engagement
from simulator.evidence import held
from simulator.evidence.run import EvidenceMissing, EvidenceTorn


def check_practice(engagement: Engagement) -> Report:
    """Return the report on the live world of an engagement.

    Raises `UsageProblem` when it has begun no lap yet or was taken down, `CouldNotJudge` when its evidence is broken.
    """
    laps = engagement.live().files.laps
    try:
        with held.hold(laps) as folders:
            report = grade.check(folders, truth=False)
        if report.result == "error":
            # What was taken down meanwhile has no evidence: that is no fault of the evidence.
            engagement.live()
        return hide(report, engagement.entry().scenario)
    except EvidenceMissing as missing:
        raise UsageProblem(str(missing), "try again in a moment, or look at `fdelab status`") from None
    except EvidenceTorn as torn:
        raise CouldNotJudge(f"the evidence is broken: {torn}", "fdelab stop, and fdelab start again") from None
    except FileNotFoundError:
        raise UsageProblem("the world was taken down while its laps were read", "bring it up: fdelab start") from None
