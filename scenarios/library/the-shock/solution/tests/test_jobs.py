from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from app.settings import load
from jobs import monitor, trainer
from jobs.alarm import Cusum
from jobs.outcomes import outcome

from tests.people import applicant, crowd

SETTINGS = replace(load(), drift_share=0.5)


def learned(count: int, seed: int = 1) -> list[dict]:
    return [one | {"outcome": one["defaulted"]} for one in crowd(count, seed)]


def loans(count: int, late: float, first: int = 0, probability: float = 0.08) -> list[dict]:
    rng = np.random.default_rng(first)
    start = datetime(2025, 1, 1)
    return [
        {"application_id": str(first + n), "applied_at": start + timedelta(hours=first + n), "probability": probability,
         "first_instalment": "late" if rng.random() < late else "paid"}
        for n in range(count)
    ]  # fmt: skip


def test_psi_knows_a_population():
    rng = np.random.default_rng(1)
    assert monitor.psi(rng.normal(size=5000), rng.normal(size=5000)) < 0.02
    assert monitor.psi(rng.normal(size=5000), rng.normal(1, size=5000)) > 0.2


def test_a_deferred_instalment_says_nothing_until_the_loan_is_ninety_days_old():
    assert outcome({"defaulted": None, "first_instalment": "deferred"}) is None
    assert outcome({"defaulted": True, "first_instalment": "deferred"}) is True
    assert outcome({"defaulted": None, "first_instalment": "late"}) is True
    assert outcome({"defaulted": False, "first_instalment": "late"}) is False


def test_the_alarm_is_quiet_for_years_and_loud_within_two_hundred_loans():
    cusum = Cusum()
    assert not cusum.feed(loans(3000, 0.10))
    assert cusum.feed(loans(200, 0.30, first=3000))
    assert int(cusum.started["application_id"]) > 2800


def test_deferred_instalments_do_not_quieten_it():
    cusum = Cusum()
    cusum.feed([row | {"first_instalment": "deferred"} for row in loans(500, 0.1)])
    assert cusum.sum == 0
    assert cusum.seen == set()


def test_a_challenger_that_knows_the_present_wins_and_one_that_does_not_loses():
    rows = learned(600)
    good, bad = trainer.fit("good", rows), trainer.fit("bad", [r | {"outcome": not r["outcome"]} for r in rows])
    assert trainer.contest(bad, learned(400, 2), "new").won
    assert not trainer.contest(good, [r | {"outcome": n % 2 == 0} for n, r in enumerate(learned(400, 2))], "new").won


def test_too_few_loans_are_no_contest():
    card = trainer.fit("x", learned(600))
    assert trainer.contest(card, learned(50), "new") is None
    assert trainer.contest(card, [applicant() | {"outcome": False}] * 300, "new") is None
