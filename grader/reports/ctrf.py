"""CTRF, the Common Test Report Format (ctrf.io), version 1.0.0 of its JSON Schema.

The format wants times in milliseconds since 1970, but a report does not know when the exam was: it is the same whenever
the evidence is graded. Here times count from the lap's start, which `summary.extra.times` says. CTRF has no error:
`other` is a check that could not be judged, with the verdict in `rawStatus`.
"""

import json
from typing import Any

from grader.report import CheckReport, Report
from grader.reports import phrasing as words
from grader.reports.phrasing import Outcome

STATUSES = ("passed", "failed", "skipped", "pending", "other")
TIMES = "milliseconds since the lap began, not since 1970"
_STATUS = {Outcome.ERROR: "other"}


def render(report: Report) -> str:
    """Return the whole document."""
    return json.dumps(_document(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _document(report: Report) -> dict[str, Any]:
    tests = [_exam(report), *(_test(report, check) for check in report.checks)]
    counts = {status: sum(test["status"] == status for test in tests) for status in STATUSES}
    stop = round(1000 * max((phase.ends for phase in report.phases), default=0.0))
    extra = {"result": str(report.result), "score": report.score, "passMark": report.pass_mark, "times": TIMES}
    return {
        "reportFormat": "CTRF",
        "specVersion": "1.0.0",
        "generatedBy": "fdelab",
        "results": {
            "tool": {"name": "fdelab"},
            "summary": {"tests": len(tests), **counts, "start": 0, "stop": stop, "extra": extra},
            "tests": tests,
        },
    }


def _exam(report: Report) -> dict[str, Any]:
    outcome = words.of_exam(report)
    return _case("exam", outcome, str(report.result), [report.scenario], words.of_all(report))


def _test(report: Report, check: CheckReport) -> dict[str, Any]:
    outcome = words.of_check(report, check)
    case = _case(check.id, outcome, str(check.verdict), [report.scenario, check.family], words.about(check))
    return case | {"extra": {"gate": check.gate, "points": check.points, "worth": check.worth}}


def _case(name: str, outcome: Outcome, raw: str, suite: list[str], lines: list[str]) -> dict[str, Any]:
    status = _STATUS.get(outcome, str(outcome))
    case = {"name": name, "status": status, "duration": 0, "suite": suite, "rawStatus": raw}
    return case | ({} if outcome is Outcome.PASSED else {"message": "\n".join(lines)})
