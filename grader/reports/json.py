"""The report as JSON, for programs; its `format` says which version of the fields it has."""

from grader.report import Report


def render(report: Report) -> str:
    """The whole report."""
    return report.dumps()
