import pytest

from simulator.dirt.ledger import restore
from tests.unit.dirt.data import EVERYTHING, SCANS, SKUS, datasets, scans, whole


def plain(dataset):
    return {name: values.tolist() for name, values in dataset.dirty.items()}


def test_the_same_seed_gives_the_same_data_in_whatever_order_it_is_looked_at():
    dirt = [{"typo": {"column": "clerk"}, "share": "5%"}, {"missing": {"column": "quantity"}, "share": "3%"}]
    one, other = scans(*dirt), scans(*dirt)
    assert other.clean["label"].tolist() == one.clean["label"].tolist()
    assert plain(one) == plain(other)
    assert list(one.ledger) == list(other.ledger)
    assert plain(scans(*dirt, seed=8)) != plain(one)


def test_another_dataset_or_column_changes_nothing():
    before = scans().clean
    after = datasets(skus=SKUS, scans=SCANS | {"columns": {"new": {"fake": "city"}} | SCANS["columns"]}, more=SKUS)
    assert all(after["scans"].clean[name].tolist() == before[name].tolist() for name in before)


def test_data_that_all_share_cannot_be_written():
    dataset = scans({"missing": {"column": "quantity"}, "share": "1%"})
    for values in (dataset.clean["id"], dataset.dirty["quantity"], dataset.dirty["id"]):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 3


def test_clean_data_has_an_empty_ledger():
    dataset = scans()
    assert len(dataset.ledger) == 0
    assert plain(dataset) == {name: values.tolist() for name, values in dataset.clean.items()}


def test_records_are_plain_values():
    record = next(scans().records())
    assert list(record) == list(SCANS["columns"])
    assert (record["id"], type(record["id"]), type(record["bulky"])) == (100, int, bool)


def test_all_of_it_at_once_and_the_way_back():
    dataset = whole()["scans"]
    struck = {entry.kind for entry in dataset.ledger}
    assert struck == {kind for use in EVERYTHING for kind in use} - {"share", "per", "where", "by"}
    assert restore(dataset.segments, dataset.ledger) == {name: v.tolist() for name, v in dataset.clean.items()}
