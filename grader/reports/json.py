"""The report as JSON, for programs; its `format` is the version of its fields."""

from grader.report import Report


def render(report: Report) -> str:
    """Return the whole report."""
    return report.dumps()
