"""Who is struck: exact in number, chosen by the clean data."""

import numpy as np
import pytest

from tests.unit.dirt.data import scans

MISSING = {"missing": {"column": "quantity"}}


def struck(dataset, column="quantity"):
    return np.sort(np.concatenate([s.ids for s in dataset.ledger.corruptions if s.column == column]))


@pytest.mark.parametrize(("share", "number"), [("12.5%", 250), ("0.03%", 1), ("100%", 2000), ("0%", 0)])
def test_a_share_is_exact_in_number(share, number):
    assert len(scans(MISSING | {"share": share}).ledger) == number


def test_where_narrows_and_the_share_is_of_what_is_left():
    dataset = scans(MISSING | {"share": "50%", "where": 'supplier == "S2" and quantity > 10'})
    can = (dataset.clean["supplier"] == "S2") & (dataset.clean["quantity"] > 10)
    assert can[struck(dataset)].all()
    assert len(dataset.ledger) == int(can.sum() / 2 + 0.5)


def test_per_deals_over_the_values_of_a_column():
    """12 % of the articles of some suppliers report cases as eaches."""
    dirt = {"wrong-unit": {"column": "quantity", "times": 12}, "share": "12%", "per": "sku"}
    dataset = scans(dirt | {"where": 'supplier in ["S1", "S3"]'})
    sku, supplier = dataset.clean["sku"], dataset.clean["supplier"]
    hit = set(sku[struck(dataset)].tolist())
    of_them = set(sku[np.isin(supplier.astype(str), ["S1", "S3"])].tolist())
    assert hit <= of_them
    assert len(hit) == round(0.12 * len(of_them))
    assert len(dataset.ledger) == np.isin(sku.astype(str), list(hit)).sum()
    assert (dataset.dirty["quantity"][struck(dataset)] == dataset.clean["quantity"][struck(dataset)] * 12).all()


def test_by_strikes_high_values_more_often_or_low_ones():
    values = scans().clean["quantity"]
    high = scans(MISSING | {"share": "10%", "by": "quantity"})
    low = scans(MISSING | {"share": "10%", "by": "quantity", "towards": "low"})
    assert values[struck(high)].mean() > 1.3 * values.mean()
    assert values[struck(low)].mean() < 0.7 * values.mean()
    assert len(high.ledger) == len(low.ledger) == 200


@pytest.mark.parametrize(
    ("use", "mechanism"),
    [
        ({}, "ECAR"),
        ({"by": "weight"}, "EAR"),
        ({"where": 'supplier == "S1"'}, "EAR"),
        ({"per": "sku"}, "EAR"),
        ({"by": "quantity"}, "ENAR"),
        ({"where": "quantity > 30"}, "ENAR"),
    ],
)
def test_the_mechanism_says_by_what(use, mechanism):
    ledger = scans(MISSING | {"share": "10%"} | use).ledger
    assert {entry.mechanism for entry in ledger} == {mechanism}


def test_no_cell_is_struck_twice():
    dataset = scans(MISSING | {"share": "60%"}, {"sentinel": {"column": "quantity", "value": -1}, "share": "50%"})
    cells = [(entry.row, entry.column) for entry in dataset.ledger]
    assert len(cells) == len(set(cells)) == 1200 + 400
