"""What learners and CI are shown: no detail of a hidden check, no seed that is the instructor's."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.grade import grade
from grader.learner import view
from grader.report import Report
from grader.reports.formats import FORMATS
from simulator.evidence.run import Run
from simulator.evidence.tables import AT, Column, Table
from tests.unit.grader.laps import AVAILABLE, Lap

SECRET_SEED = 4815162342
HIDDEN: dict[str, Any] = {
    "id": "kept-secret", "family": "data", "gate": True, "hidden": True, "measure": "ratio", "weight": 2,
    "with": {"table": "facts_orders", "of": "copies = 1"}, "expect": ">= 97.25 %", "zero": "11 %",
    "says": "Nothing is bought twice",
}  # fmt: skip
DETAIL = ("97.2", "bought twice", "copies", "KEY-7", "facts_orders", "33.3 %", str(SECRET_SEED), "66.6")
"""What an author wrote of the hidden check, what was seen, and the seed."""


@pytest.fixture(params=["failed", "errored", "not started"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    lap = Lap(checks=(AVAILABLE, HIDDEN), run={"seed": SECRET_SEED, "secret": True}).traffic()
    if request.param == "failed":
        for n, copies in enumerate((1, 2, 2)):
            lap.add("facts_orders", ordered_at=4.0 + n, order=f"KEY-7{n}", lost=False, copies=copies)
    if request.param == "errored":
        lap.checks = (AVAILABLE, HIDDEN | {"measure": None, "with": {}, "sql": "select copies from nowhere_at_all"})
    if request.param == "not started":
        lap.run["deployment"] = {"started": False, "service": "api", "reason": "it ended", "last_lines": ["bye"]}
    return lap.write(tmp_path)


def shown(report: Report) -> dict[str, str]:
    return {kind: form.render(report) for kind, form in FORMATS.items()}


def test_no_format_tells_a_learner_what_is_hidden(folder: Path) -> None:
    for body in shown(view(grade(folder), Run.read(folder))).values():
        assert "kept-secret" in body or '"tests"' not in body
        assert [word for word in DETAIL if word in body] == []


def test_an_instructor_is_told_all(tmp_path: Path) -> None:
    lap = Lap(checks=(AVAILABLE, HIDDEN), run={"seed": SECRET_SEED, "secret": True}).traffic()
    for n, copies in enumerate((1, 2, 2)):
        lap.add("facts_orders", ordered_at=4.0 + n, order=f"KEY-7{n}", lost=False, copies=copies)
    folder = lap.write(tmp_path)
    body = FORMATS["json"].render(grade(folder))
    assert [word for word in ("97.2", "bought twice", "copies", "KEY-7", str(SECRET_SEED)) if word not in body] == []
    learners = json.loads(FORMATS["json"].render(view(grade(folder), Run.read(folder))))
    whole = json.loads(body)
    for name in ("id", "family", "weight", "verdict", "points", "worth", "gate"):
        assert learners["checks"][-1][name] == whole["checks"][-1][name]
    assert (learners["score"], learners["result"], learners["seed"]) == (whole["score"], whole["result"], None)
    assert learners["checks"][:-1] == whole["checks"][:-1]


def test_a_learners_own_seed_is_shown(tmp_path: Path) -> None:
    folder = Lap(checks=(AVAILABLE,)).traffic().write(tmp_path)
    report = grade(folder)
    assert view(report, Run.read(folder)) == report
    assert "seed 7" in FORMATS["text"].render(report)


LEFT = Table(
    "facts_left",
    "orders, and what was true",
    (AT, Column("order", "text"), Column("told", "integer"), Column("truth", "integer", whose="examiner")),
    whose="customer",
)
FOUND = Table(
    "facts_found",
    "what only the examiner can find",
    (AT, Column("order", "text", whose="customer"), Column("verdict", "text")),
    whose="examiner",
)
TRUE = {"id": "true", "family": "data", "measure": "ratio", "with": {"table": "facts_left", "of": "told = truth"},
        "expect": ">= 90 %", "says": "It is true", "weight": 1}  # fmt: skip
NONE_LOST = {"id": "none-lost", "family": "data", "measure": "count", "with": {"table": "facts_found"},
             "expect": "== 0", "says": "Nothing is lost", "weight": 1}  # fmt: skip


def untrue(folder: Path, *, pass_: int) -> Path:
    lap = Lap(checks=(AVAILABLE, TRUE, NONE_LOST), tables=(LEFT, FOUND), scenario={"pass": pass_}).traffic({5: "wrong"})
    lap.add("facts_left", at=3.0, order="HW-1", told=3, truth=775533)
    lap.add("facts_found", at=3.0, order="HW-2", verdict="lost")
    return lap.write(folder)


def test_a_report_shows_the_customers_columns_until_the_exam_is_passed(tmp_path: Path) -> None:
    folder = untrue(tmp_path, pass_=80)
    _, _, true, lost = grade(folder, truth=False).checks
    assert [dict(row) for row in true.rows] == [
        {"at": 3.0, "order": "HW-1", "told": 3, "lap": 1, "phase": "day", "phase_at": 1.0}
    ]
    assert [row["order"] for row in lost.rows] == ["HW-2"]
    assert "verdict" not in lost.rows[0]
    assert (true.sql, lost.sql) == (None, None)
    for body in shown(grade(folder, truth=False)).values():
        assert "775533" not in body
    whole = FORMATS["json"].render(grade(folder))
    assert "775533" in whole and "facts_found" in whole


def test_a_passed_exam_shows_the_truth(tmp_path: Path) -> None:
    folder = untrue(tmp_path, pass_=50)
    assert grade(folder).result == "passed"
    assert grade(folder, truth=False) == grade(folder)


def test_what_was_answered_untruly_is_answered_for_the_customer(tmp_path: Path) -> None:
    slow = {"id": "slow", "family": "reliability", "measure": "latency", "with": {"stream": "orders"}, "weight": 1,
            "expect": "<= 1 ms", "says": "It is quick"}  # fmt: skip
    lap = Lap(checks=(slow,)).request(3.0, "wrong", detail="told 3, costs 2")
    folder = lap.write(tmp_path)
    (row,) = grade(folder, truth=False).checks[-1].rows
    assert (row["outcome"], row["detail"]) == ("ok", None)
    (row,) = grade(folder).checks[-1].rows
    assert (row["outcome"], row["detail"]) == ("wrong", "told 3, costs 2")
