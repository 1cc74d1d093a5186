"""Properties of the score."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from grader.scoring import GATE_CAP, Mark, points_available, score, tenth

weights = st.one_of(st.just(0.0), st.floats(0.01, 100))
marks = st.builds(Mark, weight=weights, credit=st.floats(0, 1), gate=st.booleans(), passed=st.booleans())
some = st.lists(marks, min_size=1, max_size=12)


@given(some)
def test_a_score_is_between_nought_and_a_hundred(marks: list[Mark]) -> None:
    assert 0 <= score(marks) <= 100


@given(some, st.data())
def test_more_credit_is_never_a_lower_score(marks: list[Mark], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(marks) - 1))
    better = replace(marks[n], credit=data.draw(st.floats(marks[n].credit, 1)))
    assert score([*marks[:n], better, *marks[n + 1 :]]) >= score(marks)


@given(some, st.data())
def test_a_gate_that_does_not_pass_caps_the_score(marks: list[Mark], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(marks) - 1))
    failed = replace(marks[n], gate=True, passed=False)
    assert score([*marks[:n], failed, *marks[n + 1 :]]) <= GATE_CAP


@given(some)
def test_gates_that_pass_change_nothing(marks: list[Mark]) -> None:
    passed = [replace(mark, passed=True) for mark in marks]
    assert score(passed) == score([replace(mark, gate=False) for mark in passed])


@given(some)
def test_what_checks_are_worth_adds_up(marks: list[Mark]) -> None:
    total = sum(points_available(mark.weight, marks) for mark in marks)
    assert abs(total - (100 if any(mark.weight for mark in marks) else 0)) < 1e-6


@given(some)
def test_full_credit_everywhere_is_a_hundred(marks: list[Mark]) -> None:
    assert score([replace(mark, credit=1.0, passed=True) for mark in marks]) == 100


def test_what_earns_nothing_stays_in_the_denominator() -> None:
    assert score([Mark(1, 1.0, False, True), Mark(3, 0.0, False, False)]) == 25


def test_where_nothing_has_a_weight_the_gates_decide() -> None:
    assert score([Mark(0, 1.0, True, True)]) == 100
    assert score([Mark(0, 0.0, True, False)]) == 50


def test_the_number_shown_is_the_number_that_decides() -> None:
    assert tenth(69.99) == 69.9
    assert tenth(100 * (0.1 + 0.2 + 0.4)) == 70.0
