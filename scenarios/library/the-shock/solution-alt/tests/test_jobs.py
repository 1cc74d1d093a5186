from datetime import datetime, timedelta

import numpy as np

from jobs import trainer, watch

from tests.people import crowd


def settled(count: int, seed: int = 1, at: datetime = datetime(2025, 1, 1)) -> list[dict]:
    return [one | {"first_instalment": "paid", "applied_at": at} for one in crowd(count, seed)]


def loans(count: int, late: float, seed: int = 1) -> list[dict]:
    rng = np.random.default_rng(seed)
    start = datetime(2025, 1, 1)
    return [
        {"applied_at": start + timedelta(hours=n), "probability": 0.08,
         "first_instalment": "late" if rng.random() < late else "paid"}
        for n in range(count)
    ]  # fmt: skip


def test_what_is_known_of_a_loan():
    assert trainer.badness({"defaulted": None, "first_instalment": "deferred"}) is None
    assert trainer.badness({"defaulted": True, "first_instalment": "deferred"}) == 1.0
    late, paid = (trainer.badness({"defaulted": None, "first_instalment": one}) for one in ("late", "paid"))
    assert late > 0.5 > paid


def test_a_calm_year_is_calm_and_a_shock_is_not():
    calm = loans(2000, 0.10)
    assert max(watch.excess(calm[:n]) for n in range(120, 2000, 20)) < watch.LIMIT
    shock = calm + [row | {"applied_at": row["applied_at"] + timedelta(hours=2000)} for row in loans(100, 0.32, 2)]
    assert watch.excess(shock) > watch.LIMIT
    assert abs((watch.since(shock) - datetime(2025, 1, 1)) / timedelta(hours=1) - 2000) < 60


def test_deferred_instalments_are_no_evidence():
    assert watch.excess([row | {"first_instalment": "deferred"} for row in loans(500, 0.5)]) == 0


def test_a_points_table_tells_good_from_bad_and_is_a_probability():
    table = trainer.count("x", settled(1500), datetime.min)
    rows = settled(1500, 2)
    assert trainer.auc(table, rows) > 0.7
    mean = sum(table.score(row) for row in rows) / len(rows)
    assert abs(mean - sum(row["defaulted"] for row in rows) / len(rows)) < 0.05


def test_what_was_seen_before_a_change_counts_where_nothing_was_seen_since():
    change = datetime(2025, 6, 1)
    old = [row | {"sector": "travel" if row["defaulted"] else "office"} for row in settled(600)]
    new = [row | {"sector": "office"} for row in settled(200, 2, change)]
    table = trainer.count("x", old + new, change)
    office, travel = ({**new[0], "sector": sector} for sector in ("office", "travel"))
    assert table.score(travel) > table.score(office)
    fresh = [row | {"sector": "travel", "defaulted": False} for row in settled(200, 3, change)]
    assert trainer.count("x", old + new + fresh, change).score(travel) < table.score(travel)
