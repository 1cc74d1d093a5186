"""Columns that change with simulated time, and where the evidence says that they did."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from scenarios.model import Drift
from simulator.dirt.columns.number import correlated
from simulator.evidence.tables import CORE
from tests.unit.dirt.data import datasets

ROWS = 20_000
START = datetime(2026, 3, 2, 8)
INCOME = {"normal": {"mean": 100, "sd": 10}}
RICHER = {"normal": {"mean": 150, "sd": 10}}
CONCEPT = {"logistic": {"bias": -1, "(income - 100) / 10": 1.0}}
COLUMNS: dict[str, Any] = {
    "id": {"sequence": {}},
    "at": {"time": {"spans": "100d", "arrival": "even"}},
    "income": {"number": INCOME},
    "debt": {"number": {"lognormal": {"median": 5, "sigma": 1}, "like": "income", "r": -0.6}},
    "segment": {"pick": {"plain": 7, "complex": 3}},
    "lost": {"outcome": CONCEPT},
    "spent": {"outcome": {"linear": {"bias": 3, "income": 0.5, 'segment == "complex"': 20}, "noise": 2}},
    "known": {"later": {"than": "at", "from": "80d sim", "to": "90d sim"}},
}


def stream(*drift: dict[str, Any]) -> Any:
    return datasets(data={"rows": ROWS, "columns": COLUMNS, "drift": [{"by": "at"} | one for one in drift]})["data"]


def days(values: Any, first: int, last: int) -> Any:
    return values[ROWS * first // 100 : ROWS * last // 100]


def test_features_correlate_as_told_and_keep_their_distributions():
    clean = stream().clean
    scores = np.corrcoef(np.argsort(np.argsort(clean["income"])), np.argsort(np.argsort(clean["debt"])))[0, 1]
    assert scores == pytest.approx(6 / np.pi * np.arcsin(-0.6 / 2), abs=0.02)  # Spearman's of a normal copula
    assert np.median(clean["debt"]) == pytest.approx(5, abs=0.15)
    one = np.random.default_rng(3)
    values = one.exponential(2, 500)
    assert np.array_equal(np.sort(correlated(values, one.random(500), 0.9, one)), np.sort(values))


def test_outcomes_follow_their_coefficients():
    from sklearn.linear_model import LinearRegression, LogisticRegression

    clean = stream().clean
    x = ((clean["income"] - 100) / 10)[:, None]
    logistic = LogisticRegression(C=1e6).fit(x, clean["lost"])
    assert logistic.coef_[0][0] == pytest.approx(1.0, abs=0.07)
    assert logistic.intercept_[0] == pytest.approx(-1.0, abs=0.07)
    both = np.column_stack([clean["income"], clean["segment"] == "complex"])
    linear = LinearRegression().fit(both, clean["spent"])
    assert linear.coef_ == pytest.approx([0.5, 20], abs=0.2)
    assert np.std(clean["spent"] - linear.predict(both)) == pytest.approx(2, abs=0.05)


def test_labels_come_late():
    clean = stream().clean
    delay = (clean["known"] - clean["at"]).astype("timedelta64[s]").astype(float) / 86400
    assert (delay.min() >= 80, delay.max() <= 90) == (True, True)


def test_a_sudden_covariate_drift_changes_a_feature_and_not_the_concept():
    drift = {"column": "income", "to": RICHER, "after": "40d sim"}
    before, after = stream(), stream(drift)
    assert np.array_equal(days(before.clean["income"], 0, 40), days(after.clean["income"], 0, 40))
    assert days(after.clean["income"], 40, 100).mean() == pytest.approx(150, abs=0.5)
    assert days(after.clean["lost"], 40, 100).mean() > 0.95  # the same concept, of richer customers


def test_a_concept_drift_changes_the_outcome_and_no_feature():
    drift = {"column": "lost", "is": "concept", "to": {"logistic": {"bias": 2}}, "after": "40d sim"}
    before, after = stream(), stream(drift)
    assert np.array_equal(before.clean["income"], after.clean["income"])
    assert np.array_equal(days(before.clean["lost"], 0, 40), days(after.clean["lost"], 0, 40))
    assert days(after.clean["lost"], 40, 100).mean() == pytest.approx(1 / (1 + np.exp(-2)), abs=0.01)


def test_a_label_drift_changes_how_common_a_class_is():
    drift = {"column": "segment", "is": "label", "to": {"plain": 1, "complex": 1}, "after": "50d sim"}
    segment = stream(drift).clean["segment"] == "complex"
    assert (days(segment, 0, 50).mean(), days(segment, 50, 100).mean()) == pytest.approx((0.3, 0.5), abs=0.02)


def test_gradual_mixes_old_and_new_and_a_ramp_moves_between_them():
    common = {"column": "income", "to": RICHER, "after": "20d sim", "over": "60d sim"}
    gradual, ramp = (stream(common | {"shape": shape}).clean["income"] for shape in ("gradual", "ramp"))
    for values in (gradual, ramp):
        middle = days(values, 48, 52)
        assert middle.mean() == pytest.approx(125, abs=3)
        assert days(values, 80, 100).mean() == pytest.approx(150, abs=0.5)
    assert days(gradual, 48, 52).std() > 25  # two humps
    assert days(ramp, 48, 52).std() < 12  # one, on its way


def test_what_recurs_comes_back():
    drift = {"column": "income", "to": RICHER, "after": "20d sim", "lasts": "10d sim", "every": "40d sim"}
    dataset = stream(drift)
    means = [round(days(dataset.clean["income"], d, d + 10).mean(), -1) for d in range(0, 100, 10)]
    assert means == [100, 100, 150, 100, 100, 100, 150, 100, 100, 100]
    found = list(dataset.changes(lambda sim: (sim - START).total_seconds()))
    assert [row["sim"][:10] for row in found] == ["2026-03-22", "2026-04-01", "2026-05-01", "2026-05-11"]
    assert [row["after"] == found[0]["after"] for row in found] == [True, False, True, False]


def test_the_evidence_has_the_true_change_points():
    drift = {"column": "lost", "is": "concept", "to": {"logistic": {"bias": 2}}, "at": "2026-04-11T08:00",
             "shape": "ramp", "over": "5d sim"}  # fmt: skip
    dataset = stream(drift)
    (row,) = dataset.changes(lambda sim: (sim - START).total_seconds() - 1e7)
    assert row == {
        "at": None, "dataset": "data", "column": "lost", "drift": "concept", "shape": "ramp",
        "sim": "2026-04-11T08:00:00", "until": "2026-04-16T08:00:00", "row": 8000, "key": "8001",
        "before": '{"logistic":{"bias":-1,"(income - 100) / 10":1.0}}', "after": '{"logistic":{"bias":2}}',
    }  # fmt: skip
    table = next(table for table in CORE if table.name == "drifts")
    assert list(row) == [column.name for column in table.columns]
    assert dataset.clean["at"][8000].item() - START == timedelta(days=40)


def test_within_puts_the_day_off_as_the_seed_has_it_and_drifts_together():
    begins = {"by": "at", "after": "20d sim", "within": "30d sim"}
    drifts = [
        begins | {"column": "income", "to": RICHER},
        begins | {"column": "lost", "is": "concept", "to": {"logistic": {"bias": 2}}},
    ]
    found = set()
    for seed in range(1, 6):
        dataset = datasets(seed, data={"rows": 2000, "columns": COLUMNS, "drift": drifts})["data"]
        first, second = (datetime.fromisoformat(row["sim"]) for row in dataset.changes(lambda _sim: 0.0))
        assert first == second
        assert timedelta(days=20) <= first - START <= timedelta(days=50)
        after = dataset.clean["at"] >= np.datetime64(first)
        assert dataset.clean["income"][after].mean() == pytest.approx(150, abs=2)
        assert dataset.clean["income"][~after].mean() == pytest.approx(100, abs=2)
        found.add(first)
    assert len(found) == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "begins by one of"),
        ({"after": "1d sim", "at": "2026-03-02"}, "begins by one of"),
        ({"after": "1d sim", "shape": "ramp"}, "they need it"),
        ({"after": "1d sim", "over": "1d sim"}, "`over` belongs to"),
        ({"after": "1d sim", "every": "1d sim"}, "needs `lasts`"),
        ({"after": "1d sim", "shape": "ramp", "over": "2d sim", "lasts": "1d sim"}, "shorter than `over`"),
    ],
)
def test_drifts_that_make_no_sense_are_refused(words, said):
    with pytest.raises(ValidationError, match=said):
        Drift.model_validate({"column": "a", "to": {}, "by": "b"} | words)
