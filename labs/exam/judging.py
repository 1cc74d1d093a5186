"""Judging evidence from the product's side: which folders, and what to tell a person when there is nothing to judge."""

from pathlib import Path

from grader import grade
from grader.learner import view
from grader.report import Report
from labs.base.errors import CouldNotJudge, UsageProblem
from simulator.evidence.run import EvidenceMissing, EvidenceTorn, Run


def judge(evidence: Path, full: bool = False, truth: bool = False) -> Report:
    """Return the report on an exam's evidence, as a learner may see it, or in `full`, for an instructor.

    The `truth` behind the checks is the instructor's, too, until the exam is passed; all that is `full` has it.
    Raises `UsageProblem` where there is none, `CouldNotJudge` on a broken one.
    """
    try:
        return grade.grade(evidence) if full else view(grade.grade(evidence, truth=truth), Run.read(evidence))
    except EvidenceMissing as missing:
        raise UsageProblem(str(missing), "give the folder of an exam, the one that holds run.json") from None
    except EvidenceTorn as torn:
        raise CouldNotJudge(f"the evidence is broken: {torn}", "run the exam again") from None
