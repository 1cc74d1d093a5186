"""Judging evidence from the product's side: which folders, and what to tell a person when there is nothing to judge."""

from pathlib import Path

from grader import grade
from grader.learner import hide, view
from grader.report import Report
from labs.base.errors import CouldNotJudge, UsageProblem
from labs.engagement.engagement import Engagement
from simulator.evidence import held
from simulator.evidence.run import EvidenceMissing, EvidenceTorn, Run


def judge(evidence: Path, full: bool = False) -> Report:
    """The report on an exam's evidence, as a learner may see it, or in `full`, for an instructor.

    Raises `UsageProblem` where there is none, `CouldNotJudge` on a broken one.
    """
    try:
        return grade.grade(evidence) if full else view(grade.grade(evidence), Run.read(evidence))
    except EvidenceMissing as missing:
        raise UsageProblem(str(missing), "give the folder of an exam, the one that holds run.json") from None
    except EvidenceTorn as torn:
        raise CouldNotJudge(f"the evidence is broken: {torn}", "run the exam again") from None


def practice(engagement: Engagement) -> Report:
    """The report on the live world of an engagement. Raises `UsageProblem` when it has begun no lap yet."""
    laps = engagement.live().files.laps
    try:
        with held.hold(laps) as folders:
            report = grade.check(folders)
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
