"""Gradescope's `results.json`, for an assignment of 100 points.

Gradescope knows only `passed` and `failed`, and prefers the score at the top, which a gate may have capped, to the sum
of the tests. It has no result for an exam that could not be judged, and a file with a score of 0 would be a grade. Such
a file therefore has neither a score nor a test: Gradescope needs one of them, reports that the autograder failed, and
records no grade until it is run again.

Source: Gradescope's autograder specification, "Output format".
"""

import json
from typing import Any

from grader.report import CheckReport, Report
from grader.reports import phrasing as words
from grader.reports.ink import RESULTS
from grader.reports.phrasing import Outcome
from grader.verdict import Verdict


def render(report: Report) -> str:
    """Return the whole file."""
    return json.dumps(_results(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _results(report: Report) -> dict[str, Any]:
    told = [f"{RESULTS[report.result]}  {words.score(report)}", *words.of_all(report)]
    results: dict[str, Any] = {
        "output": "\n".join(told),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"scenario": report.scenario, "result": str(report.result)},
    }
    if report.score is None or words.of_exam(report) is Outcome.ERROR:
        return results
    tests = [_test(report, number, check) for number, check in enumerate(report.checks, 1)]
    return results | {"score": report.score, "tests": tests}


def _test(report: Report, number: int, check: CheckReport) -> dict[str, Any]:
    passed = check.verdict is Verdict.PASS
    return {
        "number": str(number),
        "name": f"{check.family}: {check.id}" + (" (gate)" if check.gate else ""),
        "score": round(check.points, 2),
        "max_score": round(check.worth, 2),
        "status": "passed" if passed else "failed",
        "output": "\n".join(words.about(check)),
        "tags": [check.family],
        "extra_data": {"verdict": str(words.of_check(report, check))},
    }
