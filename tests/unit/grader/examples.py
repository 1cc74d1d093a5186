"""Two exams of one scenario that show everything a report can say, for the golden reports."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.grade import grade
from grader.report import Report
from tests.unit.grader.laps import AVAILABLE, CALIBRATION, RECOVERED, SESSIONS, Lap

FAST: dict[str, Any] = {
    "id": "fast-at-night",
    "family": "reliability",
    "weight": 2,
    "measure": "latency",
    "with": {"stream": "orders", "during": ["night"], "unanswered": "10s"},
    "expect": "<= 800 ms",
    "zero": "2 s",
    "says": "Sales get their promise date at once, also while the ERP is slow",
}
TRUE: dict[str, Any] = {
    "id": "dates-are-true",
    "family": "data",
    "measure": "ratio",
    "with": {"table": "requests", "of": "outcome = 'ok'", "among": "outcome in ('ok', 'wrong')"},
    "expect": ">= 99 %",
    "zero": "95 %",
    "says": "The date that a customer hears is the date that the warehouse can keep",
    "needs": ["available"],
}
ASKED: dict[str, Any] = {
    "minutes": 12, "revealed": 1, "facts": 9, "requests": {"Lena Brandt": "refuse"},
    "questions": [
        {"at": "2026-03-02T08:01:00+00:00", "name": "Dieter Kuhn", "question": "how many sessions may we open?",
         "kind": "told", "minutes": 8, "reveals": "session-limit"},
        {"at": "2026-03-02T08:05:00+00:00", "name": "Lena Brandt", "question": "what | does *it* cost?",
         "kind": "vague", "minutes": 4, "reveals": None},
    ],
}  # fmt: skip
CHECKS: Sequence[dict[str, Any]] = (AVAILABLE, SESSIONS, FAST, TRUE, RECOVERED)


def untouched(folder: Path) -> Report:
    """Much fails: a gate, a check in part, one that is skipped."""
    lap = Lap(checks=CHECKS, run={"use": "untouched", "calibration": CALIBRATION, "lag_p99": 0.0731})
    lap.traffic({n: "timeout" if n % 2 else "error" for n in range(30, 36)})
    lap.request(13.25, took=1.61).request(13.75, took=1.55)
    for at in (3.0, 14.0, 14.5):
        lap.add("facts_logins", at=at, open=2, refused=True)
    lap.add("ledger", at=3.0, account="duplicates", amount=-360.0, key="HW-000003")
    lap.add("ledger", at=15.0, account="missing", amount=-585.5, key="HW-000030")
    lap.run["restarts"] = [{"service": "promise-api", "at": 16.0, "code": 137, "out_of_memory": True}]
    written = lap.write(folder)
    (written / "asked.json").write_text(json.dumps(ASKED))
    return grade(written)


def reference(folder: Path) -> Report:
    """All is well."""
    lap = Lap(checks=CHECKS, run={"use": "reference", "calibration": CALIBRATION}).traffic()
    lap.add("ledger", at=15.0, account="missing", amount=-45.0, key="HW-000031")
    return grade(lap.write(folder))


def not_started(folder: Path) -> Report:
    """The deployment ended before anything ran."""
    said = {
        "started": False,
        "service": "promise-api",
        "reason": "it ended with code 1 before it was ready",
        "last_lines": [
            "Traceback (most recent call last):",
            '  File "app.py", line 3',
            "ImportError: no module named erp",
        ],
    }
    return grade(Lap(checks=CHECKS, run={"deployment": said}).write(folder))
