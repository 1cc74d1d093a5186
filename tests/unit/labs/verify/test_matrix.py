"""Each check beside each deployment, and what that finds wrong with a scenario."""

from pathlib import Path
from typing import Any

import pytest

from labs.verify import rules
from labs.verify.matrix import Matrix, kind_of
from labs.verify.results import Outcome, Trial
from scenarios.model import Check, Scenario
from tests.unit.grader.laps import scenario

CHECK: dict[str, Any] = {"family": "data", "measure": "availability", "with": {"stream": "orders"}, "says": "It holds"}


def of(*checks: dict[str, Any], pass_: float = 70) -> Scenario:
    made = [Check.model_validate(CHECK | {"expect": ">= 90 %"} | one) for one in checks]
    return scenario().model_copy(update={"checks": made, "brief": None, "pass_": pass_})


def exam(use: str, seed: int = 1, result: str = "failed", **checks: tuple[str, float | None]) -> Outcome:
    told = {name: {"verdict": verdict, "value": value} for name, (verdict, value) in checks.items()}
    return Outcome(Trial(use, seed, "local"), "s", "h", result, 50.0, "", None, told, calibrated=True)


def matrix(*exams: Outcome) -> Matrix:
    made = Matrix("s", "h")
    for one in exams:
        made.add(one.trial.use, kind_of(one.trial.use), [one])
    return made


def test_a_matrix_survives_its_file_and_is_of_one_state_of_the_scenario(tmp_path: Path) -> None:
    made = matrix(exam("untouched", a=("fail", 0.1)), exam("shortcut:x", a=("skipped", None)), exam("reference"))
    made.add("mutant 7", "mutant", [exam("mutant 7", a=("pass", 0.99))])
    file = made.save(tmp_path / "new" / "matrix.json")
    assert Matrix.read(file, "h") == made
    assert Matrix.read(file, "another") is None
    assert Matrix.read(tmp_path / "none.json", "h") is None
    assert [row.checks["a"].mark() for row in made.rows.values() if row.checks] == ["F", "s", "."]
    assert [*made.of("mutant")] == ["mutant 7"]


def test_a_check_that_nothing_fails_is_found_unless_it_says_what_it_guards() -> None:
    made = matrix(exam("untouched", a=("fail", 0.1), b=("pass", 1.0), c=("skipped", None), d=("pass", 1.0)))
    checks = of({"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "d", "guards": "somebody who forgets it"})
    assert [one.about for one in rules.never_failed(checks, made)] == ["b", "c"]


def test_a_skip_shows_nothing_of_a_check_that_a_shortcut_says_it_fails() -> None:
    made = matrix(exam("shortcut:x", a=("skipped", None), b=("fail", 0.0)), exam("shortcut:x", 2, b=("skipped", None)))
    found = list(rules.skipped(made, {"shortcut:x": ["a", "b"], "shortcut:unheld": ["a"]}))
    assert [(one.about, "a," in one.says) for one in found] == [("shortcut:x", True)]


def test_a_gate_must_not_be_switched_off_by_a_check_that_is_none() -> None:
    checks = of({"id": "a"}, {"id": "b", "gate": True}, {"id": "c", "gate": True, "needs": ["a", "b", "serves"]})
    assert [(one.about, "needs a" in one.says) for one in rules.switched_off(checks)] == [("c", True)]


@pytest.mark.parametrize(("values", "near"), [((0.95, 0.93, 0.97), True), ((0.99, 0.991, 0.992), False),
                                              ((0.91, 0.91, 0.91), False), ((0.92, 0.95), False)])  # fmt: skip
def test_a_threshold_keeps_away_from_what_an_honest_solution_reaches(values: tuple[float, ...], near: bool) -> None:
    made = matrix(*(exam("reference", seed, "passed", a=("pass", value)) for seed, value in enumerate(values)))
    assert bool(list(rules.too_near(of({"id": "a"}), made))) is near


def test_a_duty_that_one_may_leave_undone_is_a_gate_or_says_so() -> None:
    checks = of(
        {"id": "much", "weight": 50}, {"id": "cheap", "weight": 10}, {"id": "gate", "weight": 1, "gate": True},
        {"id": "free", "weight": 1, "optional": True}, {"id": "half", "weight": 15, "duty": "whole"},
        {"id": "other", "weight": 18, "duty": "whole"},
    )  # fmt: skip
    found = list(rules.affordable(checks))
    assert [one.about for one in found] == ["cheap"]
    assert [one.about for one in rules.affordable(of({"id": "a"}, {"id": "b"}, pass_=50))] == ["a", "b"]


def test_a_measure_that_is_never_taken_in_a_graded_phase_is_listed() -> None:
    phases = [phase.name for phase in scenario().phases if phase.graded]
    assert len(phases) > 1
    part = {"stream": "orders", "during": phases[:1]}
    assert [one.about for one in rules.unmeasured(of({"id": "a", "with": part}))] == ["availability orders"]
    assert not list(rules.unmeasured(of({"id": "a", "with": part}, {"id": "b"})))
    sql = f"select count(*) from requests where phase in ('{phases[0]}')"
    asked: dict[str, Any] = {"id": "a", "measure": None, "with": {}, "sql": sql, "expect": ">= 1"}
    assert [one.about for one in rules.unmeasured(of(asked))] == ["a"]
