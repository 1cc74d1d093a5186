from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from app.settings import load
from jobs import monitor, trainer
from jobs.alarm import cusum
from jobs.outcomes import outcome

from tests.people import applicant, crowd

SETTINGS = replace(load(), drift_share=0.5)
START = datetime(2025, 1, 1)


def learned(count: int, seed: int = 1) -> list[dict]:
    return [one | {"outcome": one["defaulted"]} for one in crowd(count, seed)]


def loans(count: int, late: float, first: int = 0, probability: float = 0.08) -> list[dict]:
    rng = np.random.default_rng(first)
    return [
        {"application_id": str(first + n), "applied_at": START + timedelta(hours=first + n), "probability": probability,
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
    calm = loans(3000, 0.10)
    assert not cusum(calm).alarms
    found = cusum(calm + loans(200, 0.30, first=3000))
    assert found.alarms
    assert found.since > calm[2800]["applied_at"]


def test_deferred_instalments_do_not_quieten_it():
    found = cusum([row | {"first_instalment": "deferred"} for row in loans(500, 0.1)])
    assert (found.sum, found.since) == (0, None)


def dated(rows: list[dict]) -> list[dict]:
    return [
        row | {"application_id": str(n), "applied_at": START + timedelta(hours=n)} for n, row in enumerate(rows)
    ]  # fmt: skip


def fought(champion, rows: list[dict], learned_until: datetime = START - timedelta(days=1)):
    return trainer.contest(champion, learned_until, dated(rows), [1.0] * len(rows), len(rows), "new")


def test_a_challenger_that_knows_the_present_wins_and_one_that_does_not_loses():
    rows = learned(600)
    all_ = [1.0] * len(rows)
    good, bad = trainer.fit("good", rows, all_), trainer.fit("bad", [r | {"outcome": not r["outcome"]} for r in rows], all_)
    won = fought(bad, learned(400, 2))
    assert won.won
    assert {key for key, _, _ in won.trial}.isdisjoint(row["application_id"] for row in won.train)
    assert not fought(good, [r | {"outcome": n % 2 == 0} for n, r in enumerate(learned(400, 2))]).won


def test_too_few_loans_are_no_contest_and_neither_are_those_that_the_champion_knows():
    card = trainer.fit("x", learned(600), [1.0] * 600)
    assert fought(card, learned(50)) is None
    assert fought(card, [applicant() | {"outcome": False}] * 300) is None
    assert fought(card, learned(400), START + timedelta(hours=395)) is None


def test_an_old_loan_counts_where_nobody_has_lent_since():
    then = trainer.fit("x", learned(600), [1.0] * 600)
    old = START - timedelta(days=1)
    safe, away = applicant(utilisation=0.0, applied_at=old), applicant(utilisation=1.0, applied_at=old)
    assert trainer.counts(safe, START, then) == trainer.PAST
    assert trainer.counts(away, START, then) == trainer.counts(safe | {"applied_at": START}, START, then) == 1.0
