"""Judge the evidence of an exam again."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.report import Report


@dataclass(frozen=True)
class RegradeRequest:
    """Which evidence."""

    evidence: Path
    full: bool = False
    """Whether the report is an instructor's, with hidden checks and the seed, and the truth."""
    truth: bool = False
    """Whether it shows the truth behind the checks, although the exam was not passed: for an instructor."""


def regrade(request: RegradeRequest) -> "Report":
    """Return the report on the evidence, the same each time. Needs no world and no engine.

    Raises `UsageProblem` where there is no evidence, and `CouldNotJudge` where it is broken.
    """
    from labs.exam.judging import judge

    return judge(request.evidence, request.full, request.truth)
