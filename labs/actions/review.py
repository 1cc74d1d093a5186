"""Look back at an exam, and write its report beside its evidence."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labs.base.errors import UsageProblem

if TYPE_CHECKING:
    from labs.overview.review import Review


@dataclass(frozen=True)
class ReviewRequest:
    """Which exam."""

    evidence: Path | None = None
    """Left out: that of the one that was taken last."""


@dataclass(frozen=True)
class ExportRequest:
    """Which exam's report."""

    review: "Review"


def look_back(request: ReviewRequest) -> "Review | None":
    """Everything about the exam; None: there was none yet. Raises `LabError` where nothing is left or remembered."""
    from labs.overview.review import review

    return review(request.evidence)


def export_report(request: ExportRequest) -> list[Path]:
    """Write its report as Markdown and JSON beside its evidence; returns the files. Raises `LabError`."""
    from labs.overview.review import export

    return export(request.review)


def evidence_folder(evidence: Path) -> Path:
    """Return the folder, while it is there. Raises `UsageProblem` where it is gone."""
    if not evidence.is_dir():
        raise UsageProblem(f"{evidence} is not there any more", "what progress remembers of it is shown")
    return evidence
