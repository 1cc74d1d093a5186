"""What each kind of dirt does to data."""

from datetime import datetime

import numpy as np
import pytest
from pydantic import ValidationError

from simulator.dirt import DIRT
from simulator.dirt.kinds.local_time import shown
from simulator.dirt.kinds.mojibake import garbled
from simulator.dirt.kinds.typo import slip
from tests.unit.dirt.data import SCANS, datasets, scans

CITIES = {"pick": ["Köln", "München", "Bonn"]}


def changed(dataset, column):
    """(clean, dirty) of the cells of a column that the ledger has."""
    return [(e.clean, e.dirty) for e in dataset.ledger if e.column == column and e.what == "cell"]


def cities(**dirt):
    spec = {"rows": 300, "columns": {"id": {"sequence": {}}, "city": CITIES}, "dirt": [dirt]}
    return datasets(people=spec)["people"]


def test_sentinels_have_the_column_s_type_where_they_can():
    dataset = scans(
        {"sentinel": {"column": "quantity", "value": -1}, "share": "5%"},
        {"sentinel": {"column": "at", "value": "1900-01-01"}, "share": "5%"},
        {"sentinel": {"column": "clerk", "value": "N/A"}, "share": "5%"},
        {"sentinel": {"column": "weight", "value": "?"}, "share": "5%"},
    )
    assert {dirty for _, dirty in changed(dataset, "at")} == {datetime(1900, 1, 1)}
    assert {dirty for _, dirty in changed(dataset, "quantity")} == {-1}
    assert [str(dataset.dirty[name].dtype) for name in ("quantity", "at", "clerk", "weight")] == [
        "int64", "datetime64[us]", "object", "object",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["Halden", "a", "AA", "Ää", "  ", "1 2"])
def test_a_slip_always_changes_the_text(text):
    for which in np.linspace(0, 0.999, 40):
        for where in np.linspace(0, 0.999, 17):
            assert slip(text, which, where) != text


def test_mojibake_strikes_what_is_not_ascii():
    assert garbled("Müller", "utf-8", "cp1252") == "MÃ¼ller"
    dataset = cities(mojibake={"column": "city"})
    assert dict(changed(dataset, "city")) == {"Köln": "KÃ¶ln", "München": "MÃ¼nchen"}
    assert len(dataset.ledger) == int((dataset.clean["city"] != "Bonn").sum())


def test_a_cell_in_another_encoding_is_the_bytes_that_the_customer_wrote():
    dataset = cities(**{"mixed-encoding": {"column": "city"}})
    clean, dirty = changed(dataset, "city")[0]
    assert dirty.encode("utf-8", "surrogateescape") == clean.encode("cp1252")


def test_numbers_with_other_separators():
    spec = {"rows": 50, "columns": {"p": {"number": {"uniform": {"from": 0, "to": 5000}}}}}
    dataset = datasets(a=spec | {"dirt": [{"separators": {"column": "p"}}]})["a"]
    for clean, dirty in changed(dataset, "p"):
        assert float(dirty.replace(".", "").replace(",", ".")) == clean
    assert any("." in dirty for _, dirty in changed(dataset, "p"))
    whole = scans({"separators": {"column": "quantity"}})
    assert len(whole.ledger) == 0 or all("." in dirty for _, dirty in changed(whole, "quantity"))


def test_dates_as_others_write_them():
    dataset = scans({"date-format": {"column": "at", "format": "%d/%m/%Y %H:%M:%S"}, "share": "10%"})
    pairs = changed(dataset, "at")
    assert len(pairs) == 200
    assert all(datetime.strptime(dirty, "%d/%m/%Y %H:%M:%S") == clean for clean, dirty in pairs)


def test_local_times_across_the_change_of_the_clocks():
    utc = np.array(["2026-03-29T00:59", "2026-03-29T01:00", "2026-10-25T00:30", "2026-10-25T01:30"], "datetime64[us]")
    local = shown(utc, "UTC", "Europe/Berlin")
    assert [f"{t:%d %H:%M}" for t in local.tolist()] == ["29 01:59", "29 03:00", "25 02:30", "25 02:30"]
    there = shown(np.array(["2026-03-29T12:00"], "datetime64[us]"), "Europe/Berlin", "America/New_York")
    assert there.tolist() == [datetime(2026, 3, 29, 6)]


def test_swapped_columns_have_each_other_s_values():
    dataset = scans({"swapped": {"columns": ["sku", "supplier"]}, "share": "3%"})
    assert len(dataset.ledger) == 120
    rows = {e.row for e in dataset.ledger}
    for row in rows:
        assert dataset.dirty["sku"][row] == dataset.clean["supplier"][row]
        assert dataset.dirty["supplier"][row] == dataset.clean["sku"][row]


def test_outliers_are_far_out():
    by_factor = scans({"outlier": {"column": "quantity", "times": [100]}, "share": "2%"})
    assert all(dirty == clean * 100 for clean, dirty in changed(by_factor, "quantity"))
    by_spread = scans({"outlier": {"column": "weight", "sds": 6}, "share": "2%"})
    spread = by_spread.clean["weight"].std()
    offs = [abs(dirty - clean) / spread for clean, dirty in changed(by_spread, "weight")]
    assert min(offs) >= 5.99
    assert max(offs) <= 12.01


def test_labels_become_others_or_what_they_are_mistaken_for():
    any_other = scans({"label-noise": {"column": "supplier"}, "share": "10%"})
    assert len(set(changed(any_other, "supplier"))) == 6
    only = scans({"label-noise": {"column": "bulky", "to": {"true": "false"}}, "share": "50%"})
    assert set(changed(only, "bulky")) == {(True, False)}


def test_duplicates_come_later():
    dataset = scans({"duplicate": {"within": 30}, "share": "5%"})
    extra = {e.row: e.dirty for e in dataset.ledger if e.what == "extra"}
    assert len(extra) == 100
    for row, origin in extra.items():
        first = int(np.flatnonzero(dataset.origin == origin)[0])
        assert 1 <= row - first <= 35
        assert all(values[row] == values[first] for values in dataset.dirty.values())


def test_duplicates_of_a_scanner_are_seconds_apart():
    dataset = scans({"duplicate": {"column": "at", "from": "1s sim", "to": "90s sim"}, "share": "5%"})
    gaps = [(dirty - clean).total_seconds() for clean, dirty in changed(dataset, "at")]
    assert len(gaps) == 100
    assert min(gaps) >= 1
    assert max(gaps) <= 90
    times = dataset.dirty["at"]
    assert (np.sort(times) == times).all()


def test_near_duplicates_differ_in_a_column_and_may_have_a_key_of_their_own():
    near = {"near-duplicate": {"column": ["clerk", "label"], "within": 500, "rekey": "id"}, "share": "11%"}
    dataset = scans(near)
    extra = [e for e in dataset.ledger if e.what == "extra"]
    edited = {e.row for e in dataset.ledger if e.column in ("clerk", "label")}
    assert len(extra) == 220
    assert edited == {e.row for e in extra}
    assert len(set(dataset.dirty["id"].tolist())) == 2220
    assert {e.key for e in extra} <= set(dataset.clean["id"].tolist())


def test_late_rows_stand_behind_newer_ones():
    late = {"column": "at", "from": "1d sim", "to": "2d sim"}
    dataset = scans({"late": late, "share": "4%"})
    moved = [e for e in dataset.ledger if e.what == "moved"]
    assert len(moved) == 80
    assert not any(e.what == "cell" for e in dataset.ledger)
    times = dataset.dirty["at"]
    before = [e for e in moved if e.row > 0 and times[e.row - 1] > times[e.row]]
    assert len(before) > 70
    stamped = scans({"late": late | {"stamped": True}, "share": "4%"}).dirty["at"]
    assert (np.sort(stamped) == stamped).all()


def test_rows_out_of_order_are_not_far_from_their_turn():
    dataset = scans({"out-of-order": {"within": 5}, "share": "10%"})
    moves = [abs(e.clean - e.dirty) for e in dataset.ledger]
    assert len(moves) == 200
    assert 1 < max(moves) <= 12


def test_a_change_of_schema_comes_with_a_time():
    change = {"rename": {"clerk": "operator"}, "add": {"consent": "yes"}, "remove": ["label"]}
    dataset = scans({"schema-change": change, "where": 'at >= "2026-03-17T00:00"'})
    before, after = dataset.segments
    assert list(before.columns) == list(SCANS["columns"])
    assert set(after.columns) == set(SCANS["columns"]) - {"clerk", "label"} | {"operator", "consent"}
    assert before.columns["at"][-1] < np.datetime64("2026-03-17") <= after.columns["at"][0]
    assert set(after.columns["consent"].tolist()) == {"yes"}
    records = list(dataset.records())
    assert len(records) == 2000
    assert ("clerk" in records[0], "operator" in records[-1]) == (True, True)


@pytest.mark.parametrize(
    ("kind", "params", "said"),
    [
        ("separators", {"column": "a", "decimal": ",", "thousands": ","}, "same sign"),
        ("date-format", {"column": "a", "format": "on time"}, "writes nothing of a time"),
        ("local-time", {"column": "a", "zone": "Europe/Berln"}, "no time zone 'Europe/Berln'"),
        ("mojibake", {"column": "a", "read": "latin-17"}, "no encoding 'latin-17'"),
        ("mixed-encoding", {"column": "a", "file": "utf-16"}, "not based on ASCII"),
        ("outlier", {"column": "a"}, "one of: times · sds"),
        ("duplicate", {"column": "a"}, "go together"),
        ("late", {"column": "a", "from": "2h sim", "to": "1h sim"}, "shorter than `from`"),
        ("near-duplicate", {"column": "a", "rekey": "a"}, "so no slip"),
        ("schema-change", {}, "rename · add · remove"),
        ("schema-change", {"rename": {"a": "b"}, "remove": ["a"]}, "both renamed and removed"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(kind, params, said):
    with pytest.raises(ValidationError, match=said):
        DIRT[kind].params.model_validate(params)
