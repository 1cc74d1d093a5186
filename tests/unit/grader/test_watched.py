"""Ungraded is not unwatched: gates and money look at warm-up and drain too, unless a phase is excused."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.grade import grade
from grader.report import Report
from grader.verdict import Verdict
from tests.unit.grader.laps import AVAILABLE, CALIBRATION, RECOVERED, SESSIONS, Lap

GATE = AVAILABLE | {"gate": True, "zero": None}
QUICK = AVAILABLE | {
    "id": "quick", "gate": True, "measure": "latency", "with": {"stream": "orders", "quantile": "99%"},
    "expect": "<= 500 ms", "zero": None,
}  # fmt: skip
LEDGER = RECOVERED | {"id": "lost", "measure": "ledger", "expect": ">= -50 EUR", "zero": None}


def phases(excused: str | None) -> dict[str, Any]:
    return {
        "phases": [
            {"name": "warm-up", "lasts": 2.0, "graded": False, "excused": excused},
            {"name": "day", "lasts": 10.0},
            {"name": "night", "lasts": 10.0},
        ]
    }


def verdicts(report: Report) -> dict[str, Verdict]:
    return {check.id: check.verdict for check in report.checks}


CLOSED = dict.fromkeys(range(4), "error")
"""The four requests of the warm-up's two seconds."""


@pytest.mark.parametrize(("excused", "verdict"), [(None, Verdict.FAIL), ("its files come first", Verdict.PASS)])
def test_a_gate_looks_at_the_opening_unless_it_is_excused(tmp_path: Path, excused: str | None, verdict: str) -> None:
    report = grade(Lap([GATE], scenario=phases(excused)).traffic(CLOSED).write(tmp_path))
    assert verdicts(report)["available"] == verdict
    (check,) = (check for check in report.checks if check.id == "available")
    assert ("with what is not graded (warm-up, drain)" in check.reason) is (verdict is Verdict.FAIL)


def test_what_is_no_gate_and_what_is_slow_there_is_not_asked(tmp_path: Path) -> None:
    lap = Lap([AVAILABLE, QUICK], scenario=phases(None)).traffic(CLOSED)
    for row in lap.rows["requests"][:4]:
        row |= {"outcome": "ok", "done_at": row["intended_at"] + 4.0}
    assert verdicts(grade(lap.write(tmp_path))) == {
        "serves": Verdict.PASS, "available": Verdict.PASS, "quick": Verdict.PASS,
    }  # fmt: skip


def test_good_answers_in_the_opening_make_up_for_nothing(tmp_path: Path) -> None:
    """One of forty requests is 2.5 %, and of those with the opening 2.3 %: the gate is at 2.4 %."""
    strict = GATE | {"expect": ">= 97.6 %"}
    report = grade(Lap([strict], scenario=phases(None)).traffic({10: "error"}).write(tmp_path))
    assert verdicts(report)["available"] == Verdict.FAIL


def test_the_drain_is_looked_at_too(tmp_path: Path) -> None:
    lap = Lap([SESSIONS], scenario=phases(None)).traffic()
    lap.add("facts_logins", at=23.0, open=3, refused=True)
    assert verdicts(grade(lap.write(tmp_path)))["sessions"] == Verdict.FAIL


def test_evidence_of_before_is_judged_as_it_was(tmp_path: Path) -> None:
    folder = Lap([GATE], scenario=phases(None)).traffic(CLOSED).write(tmp_path)
    run = json.loads((folder / "run.json").read_text())
    for span in run["timeline"]:
        del span["excused"]
    (folder / "run.json").write_text(json.dumps(run))
    assert verdicts(grade(folder))["available"] == Verdict.PASS


@pytest.mark.parametrize(("watched", "lost", "share"), [(True, 100.0, 0.9), (False, 0.0, 1.0)])
def test_money_of_the_opening_counts_where_the_scale_was_measured_with_it(
    tmp_path: Path, watched: bool, lost: float, share: float
) -> None:
    lap = Lap([RECOVERED, LEDGER], scenario=phases(None), run={"calibration": CALIBRATION | {"watched": watched}})
    lap.traffic().add("ledger", at=0.5, account="missing", amount=-100.0, cause="closed", key="HW-000001")
    report = grade(lap.write(tmp_path))
    found = {check.id: check.value for check in report.checks}
    assert found["recovered"] == pytest.approx(share)
    assert found["lost"] == -100.0
    assert report.money is not None
    assert report.money.total == -lost


def test_a_phase_that_is_drawn_longer_is_compared_with_what_it_costs_then(tmp_path: Path) -> None:
    """The scale was measured with 20 requests by day and 10 by night; here they are 20 and 20."""

    def end(amount: float) -> dict[str, Any]:
        nothing = {"requests": 4, "ledger": {}}
        day = {"requests": 20, "ledger": {"missing": amount}}
        night = {"requests": 10, "ledger": {"missing": amount}}
        late = {"requests": 0, "ledger": {"missing": amount}}
        phases = {"warm-up": nothing, "day": day, "night": night, "drain": late}
        return {"ledger": {"missing": 3 * amount}, "phases": phases}

    scale = {"watched": True, "untouched": end(-100.0), "reference": end(0.0)}
    lap = Lap([RECOVERED], scenario=phases(None), run={"calibration": scale})
    lap.traffic().add("ledger", at=5.0, account="missing", amount=-100.0, cause="x", key="y")
    (check,) = (check for check in grade(lap.write(tmp_path)).checks if check.id == "recovered")
    whole = 100 + 200 + 100 * 44 / 34
    assert check.value == pytest.approx(1 - 100 / whole)
