"""What makes an alarm true: a change on about that day, and numbers that are those of the loans."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.clock import timeline
from simulator.workloads.loan_alarms import GUESS, NEAR, Late, Loan, alarm_rows, change_rows
from tests.unit.workloads.test_loan_applications import SCENARIO, START

DAY = timedelta(days=1)
LINE = timeline(SCENARIO)
CHANGED = START + 20 * DAY
CHANCES = Late(good=0.04, bad=0.84)


def loan(day: float, first: str = "paid", probability: float = 0.1) -> Loan:
    at = START + day * DAY
    return Loan(f"L-{day}", at, at + 30 * DAY, at + 90 * DAY, first, first == "late", "m", probability)  # type: ignore[arg-type]


LOANS = [loan(n / 2, "late" if n > 40 and n % 2 else "paid") for n in range(140)]
"""Two a day; from the twentieth day on every other one is late."""


def judged(changes: list[datetime], *alarms: dict[str, Any], loans: list[Loan] = LOANS) -> list[dict[str, Any]]:
    return list(alarm_rows(alarms, LINE, changes, loans, CHANCES))


def alarm(raised: datetime, since: datetime, loans: list[Loan] = LOANS, **wrong: Any) -> dict[str, Any]:
    seen = [one for one in loans if since <= one.applied and one.due <= raised and one.first != "deferred"]
    late = sum(one.first == "late" for one in seen)
    row = {"raised_at": raised.isoformat(), "since": since.isoformat(), "instalments": len(seen), "late": late}
    return row | wrong


def test_an_alarm_about_a_change_with_true_numbers_is_one() -> None:
    (row,) = judged([CHANGED], alarm(CHANGED + 45 * DAY, CHANGED + 3 * DAY))
    assert (row["change"], row["false_alarm"], row["problem"]) == (1, False, None)
    assert row["outcomes"] == sum(one.applied >= CHANGED and one.due <= CHANGED + 45 * DAY for one in LOANS)
    assert row["excess"] > 3
    (change,) = change_rows([CHANGED], LINE, [row])
    assert (change["outcomes"], change["days"], change["alarms"]) == (row["outcomes"], 45, 1)


@pytest.mark.parametrize("wrong", [{"late": 0}, {"late": None}, {"instalments": 500}, {"instalments": "NaN"}])
def test_numbers_that_are_typed_in_are_not_those_of_the_loans(wrong: dict[str, Any]) -> None:
    (row,) = judged([CHANGED], alarm(CHANGED + 50 * DAY, CHANGED, **wrong))
    assert (row["false_alarm"], row["problem"]) == (True, "its numbers are not those of the loans")
    (change,) = change_rows([CHANGED], LINE, [row])
    assert (change["outcomes"], change["alarms"]) == (None, 0)


def test_a_little_off_is_what_happens_while_somebody_counts() -> None:
    given = alarm(CHANGED + 50 * DAY, CHANGED)
    (row,) = judged([CHANGED], given | {"instalments": given["instalments"] - 4})
    assert not row["false_alarm"]


def test_an_alarm_before_anything_changed_is_false_and_so_is_one_that_nobody_can_have_seen() -> None:
    calm = [loan(n / 2) for n in range(140)]
    early, blind = judged(
        [CHANGED], alarm(CHANGED + 15 * DAY, START, calm), alarm(CHANGED + 31 * DAY, CHANGED, calm), loans=calm
    )
    assert (early["change"], early["false_alarm"]) == (1, True), "on about that day, but nothing of it was due"
    assert (blind["outcomes"] < GUESS, blind["false_alarm"]) == (True, True)
    (wild,) = judged([CHANGED + 60 * DAY], alarm(START + 50 * DAY, START, calm), loans=calm)
    assert (wild["change"], wild["problem"]) == (
        None,
        "nothing changed on about that day, and those loans show nothing",
    )


def test_an_early_alarm_that_shows_something_is_neither_false_nor_none() -> None:
    (row,) = judged([CHANGED + 12 * DAY], alarm(CHANGED + 45 * DAY, CHANGED))
    assert row["excess"] > 3
    assert (row["change"], row["false_alarm"]) == (1, False)


def test_loans_that_are_late_beyond_all_expectation_are_worth_an_alarm_whatever_changed() -> None:
    (row,) = judged([], alarm(CHANGED + 50 * DAY, CHANGED))
    assert (row["change"], row["false_alarm"]) == (None, False)
    known = [loan(n / 2, "late" if n % 2 else "paid", probability=0.6) for n in range(140)]
    (row,) = judged([], alarm(CHANGED + 50 * DAY, CHANGED, known), loans=known)
    assert row["false_alarm"], "the probabilities had said so"


def test_each_change_wants_its_own_alarm() -> None:
    second = CHANGED + 30 * DAY
    rows = judged([CHANGED, second], alarm(second + 48 * DAY, second + DAY), alarm(CHANGED + 40 * DAY, CHANGED))
    assert [row["change"] for row in rows] == [1, 2]
    only = judged([CHANGED, CHANGED + 2 * NEAR], alarm(CHANGED + 40 * DAY, CHANGED))
    assert [row["alarms"] for row in change_rows([CHANGED, CHANGED + 2 * NEAR], LINE, only)] == [1, 0]


@pytest.mark.parametrize("wrong", [{"raised_at": "infinity"}, {"since": "-infinity"}, {"since": None}])
def test_an_alarm_at_no_time_is_a_false_one(wrong: dict[str, Any]) -> None:
    (row,) = judged([CHANGED], alarm(CHANGED + 50 * DAY, CHANGED) | wrong)
    assert row["false_alarm"]
    assert LINE.span(row["at"]).graded
