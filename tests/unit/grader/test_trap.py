"""A failed exam is called by the trap whose pattern it has."""

import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grader import trap
from grader.report import CheckReport, Report
from grader.reports import markdown, phrasing, text
from grader.verdict import Result
from simulator.evidence.run import Seen, Trap
from tests.prove.naming import counted

RESULTS = Path(__file__).parents[2] / "prove" / "results" / "verify.jsonl"


def judged(name: str, verdict: Any, value: float | None = None) -> CheckReport:
    return CheckReport(name, "data", "It holds", False, 1, verdict, 0, 0, 0, "", "", value)


def pattern(name: str, told: bool = True, **checks: tuple[str, float, float]) -> Trap:
    seen = {check: Seen(verdicts={verdict: 5}, min=low, max=high) for check, (verdict, low, high) in checks.items()}
    return Trap(name=name, behaves="b", tempts="t", fails_because="f" if told else "", checks=seen)


KEY = pattern("no-key", bought=("fail", 8, 12), dates=("pass", 0.99, 1))
DATES = pattern("no-dates", bought=("pass", 0, 0), dates=("fail", 0.1, 0.2))
GIVEN = pattern("untouched", told=False, bought=("fail", 20, 30), dates=("fail", 0.1, 0.2))


def test_the_trap_of_the_same_pattern_is_named() -> None:
    found = trap.named([judged("bought", "fail", 9), judged("dates", "pass", 1.0)], [KEY, DATES, GIVEN])
    assert found is not None and found.name == "no-key"


def test_nothing_is_named_that_is_near_to_none_or_nearest_to_the_untouched() -> None:
    assert trap.named([judged("bought", "pass", 0), judged("dates", "pass", 0.6)], [KEY, DATES, GIVEN]) is None
    assert trap.named([judged("bought", "fail", 25), judged("dates", "fail", 0.15)], [KEY, DATES, GIVEN]) is None
    assert trap.named([judged("bought", "fail", 9)], []) is None


def test_two_traps_that_look_the_same_are_not_told_apart() -> None:
    other = KEY.model_copy(update={"name": "another-key"})
    assert trap.named([judged("bought", "fail", 9), judged("dates", "pass", 1.0)], [KEY, other]) is None


@given(some.floats(8, 12), some.floats(0, 40))
def test_a_figure_that_was_seen_is_never_more_surprising_than_another(seen: float, other: float) -> None:
    def far(value: float) -> float:
        return trap.surprise([judged("bought", "fail", value)], KEY.checks)

    assert far(seen) <= far(other)


def test_reports_say_it_in_words() -> None:
    failed = Report("s", "h", "S", "C", "local", 1, True, None, (1,), Result.FAILED, 10.0, 70.0, "Gate x did not pass")
    told = replace(failed, trap=trap.named([judged("bought", "fail", 9), judged("dates", "pass", 1.0)], [KEY]))
    assert phrasing.trap(told) == [
        "This behaves as a known trap, no-key: b.", "It looks right, because t.", "It is not: f.",
    ]  # fmt: skip
    for render in (text.render, markdown.render):
        assert "It looks right, because t." in render(told)
    assert phrasing.trap(failed) == []


def _exams() -> dict[str, list[dict[str, Any]]]:
    by_scenario: dict[str, dict[Any, dict[str, Any]]] = defaultdict(dict)
    for line in RESULTS.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["result"] != "error":
            by_scenario[row["scenario"]][row["use"], row["seed"], row["runtime"], row["scenario_hash"]] = row
    last = {name: [*rows][-1][-1] for name, rows in by_scenario.items()}
    return {name: [r for r in rows.values() if r["scenario_hash"] == last[name]] for name, rows in by_scenario.items()}


@pytest.mark.parametrize(("scenario", "exams"), _exams().items(), ids=lambda one: one if isinstance(one, str) else "")
def test_recorded_exams_are_named_right_by_what_other_seeds_taught(scenario: str, exams: list[dict[str, Any]]) -> None:
    found = counted(exams)
    assert found["wrong"] == found["correct"] == 0
    assert found["right"] >= 0.9 * found["shortcuts"], found
