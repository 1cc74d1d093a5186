from datetime import datetime, timedelta

import numpy as np
import pytest
from pydantic import ValidationError

from simulator.dirt import COLUMNS, DataFailed
from tests.unit.dirt.data import SKUS, datasets, scans


def column(rows=1000, **kind):
    return datasets(one={"rows": rows, "columns": {"c": kind}})["one"].clean["c"]


def test_sequences_are_numbers_or_identifiers():
    assert column(3, sequence={}).tolist() == [1, 2, 3]
    assert column(3, sequence={"start": 10, "step": 5, "format": "A{:03d}"}).tolist() == ["A010", "A015", "A020"]


def test_fakes_come_from_a_pool_in_the_locale():
    values = column(fake={"provider": "city", "locale": "de_DE", "pool": 30}).tolist()
    assert 15 < len(set(values)) <= 30
    assert all(isinstance(value, str) for value in values)
    assert column(20, fake={"provider": "postcode", "locale": "de_DE"})[0].isdigit()


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ("nmae", "no provider 'nmae'"),
        ("__class__", "no provider"),
        ("date", "depends on the day"),
        ("credit_card_full", "depends on the day"),
        ("pyint", "answers int, not text"),
        ({"provider": "name", "locale": "xx_YY"}, "no locale 'xx_YY'"),
        ({"provider": "bothify", "args": {"txet": "##"}}, "does not take these arguments"),
    ],
)
def test_fakes_that_cannot_be_are_refused_before_a_world_runs(params, said):
    with pytest.raises(ValidationError, match=said):
        COLUMNS["fake"].params.model_validate(params)


@pytest.mark.parametrize(
    ("params", "mean", "within"),
    [
        ({"normal": {"mean": 50, "sd": 4}}, 50, 0.2),
        ({"lognormal": {"median": 10, "sigma": 0.5}}, 10 * np.exp(0.125), 0.3),
        ({"uniform": {"from": 2, "to": 4}}, 3, 0.05),
        ({"exponential": {"mean": 3}}, 3, 0.15),
        ({"gamma": {"shape": 2, "scale": 3}}, 6, 0.2),
        ({"beta": {"a": 2, "b": 6}}, 0.25, 0.01),
        ({"poisson": {"mean": 4}}, 4, 0.1),
        ({"integer": {"from": 1, "to": 6}}, 3.5, 0.1),
    ],
)
def test_numbers_have_their_distribution(params, mean, within):
    values = column(20_000, number=params)
    assert values.mean() == pytest.approx(mean, abs=within)
    assert (values.dtype.kind == "i") == bool({"poisson", "integer"} & params.keys())
    assert np.array_equal(values, np.round(values, 2))


def test_numbers_keep_their_bounds_and_decimals():
    values = column(number={"normal": {"mean": 0, "sd": 10}, "min": -5, "max": 5, "decimals": 0})
    assert (values.min(), values.max(), values.dtype) == (-5, 5, np.int64)


def test_picks_follow_their_weights():
    values = column(20_000, pick={"A": 3, "B": 1, "never": 0}).tolist()
    assert values.count("A") / 20_000 == pytest.approx(0.75, abs=0.01)
    assert set(values) == {"A", "B"}
    assert set(column(pick=["x", "y"]).tolist()) == {"x", "y"}


def test_times_fill_their_span():
    start = datetime(2026, 3, 1)
    values = column(time={"from": "2026-03-01T00:00", "spans": "2d", "to": "minute"}).tolist()
    assert values == sorted(values)
    assert start <= values[0] < start + timedelta(hours=1)
    assert start + timedelta(hours=47) < values[-1] < start + timedelta(days=2)
    assert {value.second for value in values} == {0}
    even = column(4, time={"from": "2026-03-01T00:00", "spans": "1h", "arrival": "even"}).tolist()
    assert [value.minute for value in even] == [0, 15, 30, 45]


def test_rows_point_to_rows_of_another_dataset_and_know_what_it_says_of_them():
    found = scans()
    both = datasets(skus=SKUS)["skus"].clean
    says = dict(zip(both["id"].tolist(), both["supplier"].tolist(), strict=True))
    assert [says[sku] for sku in found.clean["sku"].tolist()] == found.clean["supplier"].tolist()
    counts = np.sort(np.unique(found.clean["sku"].astype(str), return_counts=True)[1])[::-1]
    assert counts[0] > 1.5 * counts[1] > 0


def test_each_row_there_is_pointed_to():
    spec = {"rows": 120, "columns": {"sku": {"ref": {"column": "skus.id", "each": True}}}}
    values = datasets(skus=SKUS, stock=spec)["stock"].clean["sku"].astype(str)
    counts = np.unique(values, return_counts=True)[1]
    assert (len(counts), counts.min(), counts.max()) == (50, 2, 3)


def test_columns_are_made_from_others():
    clean = scans().clean
    row = {name: values[5] for name, values in clean.items()}
    assert row["label"] == f"{row['sku']}/{row['supplier']}"
    assert row["weight"] == row["quantity"] * 0.25
    assert row["bulky"] == (row["quantity"] > 40)


def test_a_value_that_is_no_number_is_told_with_its_column():
    bad = {"rows": 2, "columns": {"a": {"formula": "log(b)"}, "b": {"formula": "b2 - 1"}, "b2": {"sequence": {}}}}
    with pytest.raises(DataFailed, match=r"column bad\.a: 'log\(b\)' is no number"):
        _ = datasets(bad=bad)["bad"].clean["a"]


def test_picks_can_be_numbers_and_dealt_exactly():
    values = column(1000, pick={"of": {"5": 0.25, "10": 0.5, "2.5": 0.25}, "as": "number", "dealt": True})
    assert values.dtype == np.float64
    assert {one: int((values == one).sum()) for one in (5.0, 10.0, 2.5)} == {5.0: 250, 10.0: 500, 2.5: 250}
    assert len({tuple(values[i : i + 5]) for i in range(0, 100, 5)}) > 5
    whole = column(10, pick={"of": ["1", "2", "3"], "as": "integer", "dealt": True})
    assert whole.dtype == np.int64
    assert sorted(int((whole == one).sum()) for one in (1, 2, 3)) == [3, 3, 4]
    assert column(10, pick=[4400, 4910]).dtype == object
    with pytest.raises(ValidationError, match="'x' is no whole number"):
        COLUMNS["pick"].params.model_validate({"of": ["1", "x"], "as": "integer"})


def test_times_are_denser_where_they_are_said_to_be():
    start = np.datetime64("2026-03-02T08:00")
    values = column(9000, time={"spans": "8h", "denser": [{"from": "2h", "to": "3h", "times": 2}]})
    hours = ((values - start) / np.timedelta64(1, "h")).astype(int)
    counts = np.bincount(hours, minlength=8)
    assert counts.sum() == 9000
    assert abs(counts[2] - 2000) < 200
    assert all(abs(count - 1000) < 150 for hour, count in enumerate(counts) if hour != 2)
    assert (np.diff(values) >= np.timedelta64(0, "s")).all()
    even = column(90, time={"spans": "8h", "arrival": "even", "denser": [{"from": "2h", "to": "3h", "times": 2}]})
    assert ((even >= start + np.timedelta64(2, "h")) & (even < start + np.timedelta64(3, "h"))).sum() == 20


def test_what_holds_of_a_row_is_looked_up_as_of_its_time():
    made = datasets(
        prices={"rows": 300, "columns": {
            "n": {"sequence": {}}, "sku": {"pick": ["A", "B"]},
            "valid_from": {"time": {"spans": "10d", "sorted": False}},
            "price": {"number": {"uniform": {"from": 1, "to": 9}}},
        }},
        sales={"rows": 500, "columns": {
            "n": {"sequence": {}}, "sku": {"pick": ["A", "B"]}, "sold_at": {"time": {"spans": "10d"}},
            "price": {"lookup": {"column": "prices.price", "by": "sku", "on": "sku", "since": "valid_from",
                                 "at": "sold_at"}},
        }},
    )  # fmt: skip
    prices, sales = (made[name].clean for name in ("prices", "sales"))
    rows = list(zip(prices["sku"].tolist(), prices["valid_from"].tolist(), prices["price"].tolist(), strict=True))
    for sku, at, price in zip(*(sales[c].tolist() for c in ("sku", "sold_at", "price")), strict=True):
        own = sorted((since, one) for key, since, one in rows if key == sku)
        assert price == ([one for since, one in own if since <= at] or [own[0][1]])[-1]
    with pytest.raises(ValidationError, match="belong together"):
        COLUMNS["lookup"].params.model_validate({"column": "a.b", "by": "x", "on": "y", "since": "z"})
