"""A model may decide when its trial, by its own rows and what came of the loans, was fair and won."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.clock import timeline
from simulator.workloads.loan_alarms import Loan
from simulator.workloads.loan_models import Use, auc, model_rows
from tests.unit.workloads.test_loan_applications import SCENARIO, START

DAY = timedelta(days=1)
REGISTERED = START + 80 * DAY
FIRST = {"model": "a", "registered_at": None, "trained_until": "2025-12-01T00:00:00"}


def loan(n: int, first: str = "paid", model: str = "a") -> Loan:
    at = START + n * DAY / 2
    return Loan(f"L{n}", at, at + 30 * DAY, at + 90 * DAY, first, first != "paid", model, 0.1)  # type: ignore[arg-type]


LOANS = {one.id: one for one in (loan(n, "late" if n % 4 == 0 else "paid") for n in range(1, 90))}
TRIAL: list[dict[str, Any]] = [
    {"model": "b", "application_id": key, "champion": 0.1, "challenger": 0.6 if one.first == "late" else 0.2}
    for key, one in list(LOANS.items())[20:]
]  # fmt: skip
RECORD: dict[str, Any] = {
    "model": "b", "registered_at": REGISTERED.isoformat(), "trained_until": (START + 10 * DAY).isoformat(),
    "auc_champion": 0.5, "auc_challenger": 1.0,
}  # fmt: skip
USES = [Use(START, "a"), Use(REGISTERED - DAY, "a"), Use(REGISTERED + DAY, "b")]


def judged(
    record: dict[str, Any] | None, trial: list[dict[str, Any]] = TRIAL, uses: list[Use] = USES
) -> dict[str, Any]:
    models = [FIRST] if record is None else [FIRST, record]
    rows = {row["model"]: row for row in model_rows(models, trial, uses, LOANS, timeline(SCENARIO))}
    assert (rows["a"]["handed"], rows["a"]["sound"]) == (True, True)
    return rows["b"]


def test_a_model_that_won_a_fair_trial_is_sound() -> None:
    row = judged(RECORD)
    assert (row["problem"], row["sound"], row["decisions"], row["trial"]) == (None, True, 1, len(TRIAL))
    assert (row["found_champion"], row["found_challenger"]) == (0.5, 1.0)


SEEN = "it was tried on loans that one of the two had learned from"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"auc_challenger": 0.8}, "the AUCs on record are not those of its trial"),
        ({"auc_champion": "NaN"}, "the AUCs on record are not those of its trial"),
        ({"registered_at": (REGISTERED + 2 * DAY).isoformat()}, "it was not on record when it decided"),
        ({"registered_at": "infinity"}, "it was not on record when it decided"),
        ({"trained_until": (START + 30 * DAY).isoformat()}, SEEN),
        ({"trained_until": "0044-03-15T00:00:00 BC"}, "it does not say until when it learned"),
        ({"trained_until": (REGISTERED + DAY).isoformat()}, "it does not say until when it learned"),
    ],
)  # fmt: skip
def test_a_record_that_is_wrong(changes: dict[str, Any], problem: str) -> None:
    row = judged(RECORD | changes)
    assert (row["problem"], row["sound"]) == (problem, False)


def test_whoever_is_not_on_record_should_not_have_decided() -> None:
    assert judged(None)["problem"] == "it was not on record when it decided"


def test_it_counts_when_it_decided_and_not_when_somebody_applied() -> None:
    assert judged(RECORD, uses=[Use(START, "a"), Use(REGISTERED, "b")])["on_record"]


def test_without_a_trial_nothing_is_believed() -> None:
    assert judged(RECORD, [])["problem"] == "0 loans of its trial had an outcome by then, of 0 on record"
    assert "29 loans of its trial" in judged(RECORD, TRIAL[:29])["problem"]


def test_loans_that_nobody_can_know_of_are_no_trial() -> None:
    strange = [row | {"application_id": f"X{n}"} for n, row in enumerate(TRIAL)]
    assert "0 loans of its trial" in judged(RECORD, strange)["problem"]
    young = judged(
        RECORD | {"registered_at": (START + 45 * DAY).isoformat()}, uses=[Use(START, "a"), Use(START + 46 * DAY, "b")]
    )
    assert "loans of its trial had an outcome by then" in young["problem"]


def test_the_champion_of_the_trial_is_the_one_that_answered() -> None:
    other = [row | {"champion": 0.3} for row in TRIAL]
    assert judged(RECORD, other)["problem"] == "the champion's probabilities in its trial are not those of its answers"


def test_a_challenger_that_lost_does_not_decide() -> None:
    lost = [row | {"challenger": 1 - row["challenger"]} for row in TRIAL]
    assert judged(RECORD | {"auc_challenger": 0.0}, lost)["problem"] == "it lost its trial"
    tie = [row | {"challenger": 0.2} for row in TRIAL]
    assert judged(RECORD | {"auc_challenger": 0.5}, tie)["problem"] == "it lost its trial"


def test_auc_counts_ties_by_half() -> None:
    assert auc([0.1, 0.2, 0.3, 0.4], [False, False, True, True]) == 1.0
    assert auc([0.1, 0.2, 0.2, 0.4], [False, True, False, True]) == 0.875
    assert auc([0.5, 0.5], [True, False]) == 0.5
    assert auc([0.5, 0.5], [True, True]) is None


def test_a_deferred_loan_is_known_once_it_is_ninety_days_old() -> None:
    one = loan(0, "deferred")
    assert [one.bad(START + days * DAY) for days in (40, 90)] == [None, True]
    assert datetime(2026, 1, 1) == START
