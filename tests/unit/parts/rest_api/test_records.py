import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.model import DatasetSpec
from simulator.clock import Clock, Span, Timeline
from simulator.dirt import Datasets
from simulator.evidence.recorder import Recorder
from simulator.parts.base import Lap
from simulator.parts.rest_api.collection import Collection
from simulator.parts.rest_api.contract import Window
from simulator.parts.rest_api.edits import Book, Edit, Editor
from simulator.parts.rest_api.params import GERMAN, Contract, Edits, Resource, RestParams
from simulator.parts.rest_api.problems import Refused
from simulator.parts.rest_api.records import begin
from simulator.parts.rest_api.scans import Scan, Scans
from simulator.parts.rest_api.series import numbers
from simulator.parts.rest_api.store import Store, natural

START = datetime(2026, 3, 2, 8)
RECORDS = [{"id": f"K-{n}", "name": f"n{n}", "amount": n + 0.25, "count": n} for n in range(1, 13)]


class Hand(Clock):
    """A clock that is set by hand."""

    wall = 0.0

    def at(self) -> float:
        return self.wall


def store(order: str = "key") -> Store:
    return Store("id", order, RECORDS, START)


def keys(rows: list[Any]) -> list[str]:
    return [row.key for row in rows]


def test_lists_are_sorted_as_people_sort_or_by_the_last_edit() -> None:
    assert keys(store().listed()) == [record["id"] for record in RECORDS]
    for order, place in (("oldest", -1), ("newest", 0)):
        edited = store(order)
        edited.put("K-3", {"id": "K-3"}, START + timedelta(hours=1))
        assert keys(edited.listed())[place] == "K-3"


@pytest.mark.parametrize("order", ["key", "oldest", "newest"])
def test_a_mark_holds_also_when_its_record_is_gone(order: str) -> None:
    one = store(order)
    rows = one.listed()
    mark, rest = one.mark(rows[4]), keys(rows[5:])
    assert keys(one.after(rows, mark)) == rest
    one.remove(rows[4].key)
    assert keys(one.after(one.listed(), mark)) == rest


def test_a_new_key_is_one_more_than_there_ever_was() -> None:
    one = store()
    assert one.next_key() == "K-13"
    one.remove("K-12")
    assert one.next_key() == "K-13"
    assert Store("id", "key", [{"id": 7}], START).next_key() == 8
    assert Store("id", "key", [{"id": "C-009"}], START).next_key() == "C-010"
    assert Store("id", "key", [], START).next_key() == "1"
    assert natural("K-9") < natural("K-10")


def test_a_dataset_is_taken_as_it_is_delivered() -> None:
    spec = {
        "rows": 20,
        "columns": {
            "no": {"sequence": {}},
            "since": {"time": {"spans": "1d"}},
            "income": {"number": {"normal": {"mean": 5, "sd": 1}}},
        },
        "dirt": [{"missing": {"column": "income"}, "share": "25%"}],
    }
    data = Datasets({"people": DatasetSpec.model_validate(spec)}, 7, START)
    key, records = begin(Resource(data="people"), data)
    assert (key, [record["no"] for record in records]) == ("no", list(range(1, 21)))
    assert sum(record["income"] is None for record in records) == 5
    assert all(datetime.fromisoformat(record["since"]) >= START for record in records)
    assert json.loads(json.dumps(records)) == records


def editor(seed: int = 7, **rules: Any) -> Editor:
    return Editor(seed, "id", store(), START, Edits(every=60.0, **rules))


def test_edits_depend_on_seed_and_simulated_time_alone() -> None:
    end = START + timedelta(hours=5)
    whole = list(editor().until(end))
    halves = editor()
    assert [*halves.until(START + timedelta(hours=2)), *halves.until(end)] == whole
    assert list(editor(8).until(end)) != whole
    assert len(whole) == pytest.approx(300, rel=0.3)
    assert whole == sorted(whole, key=lambda edit: edit.at)
    alive = {record["id"] for record in RECORDS}
    for edit in whole:
        assert (edit.key in alive) == (edit.op != "insert")
        (alive.add if edit.op == "insert" else alive.discard if edit.op == "delete" else id)(edit.key)


def test_updates_keep_to_their_fields_and_a_store_is_never_emptied_of_all() -> None:
    updates: list[Edit] = list(editor(fields=("name",), inserts=0, deletes=0).until(START + timedelta(hours=1)))
    assert {edit.field for edit in updates} == {"name"}
    assert list(editor(updates=0, inserts=0).until(START + timedelta(days=2)))


NAMES = st.sampled_from(["name", "amount", "count", "on", "since"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.text(max_size=20),
    "amount": st.integers(-10_000_000, 10_000_000).map(lambda cents: cents / 100),
    "count": st.integers(-10_000, 10_000),
    "on": st.booleans(),
    "since": st.dates(datetime(1980, 1, 1).date(), datetime(2060, 1, 1).date()).map(lambda d: f"{d}T00:00:00"),
}
TYPES = {"id": str, "name": str, "amount": float, "count": int, "on": bool, "since": str}
CONTRACTS = st.builds(
    lambda names, amount, on, dates: Contract(
        rename={name: f"{name}_2" for name in names}, types={"amount": amount, "on": on}, dates={"since": dates}
    ),
    st.sets(NAMES),
    st.sampled_from(["text", "german", "german-short", "german-plain", "cents", tuple(GERMAN)]),
    st.sampled_from(["text", "yes-no"]),
    st.sampled_from(["iso", "date", "german", "us", "compact", "epoch"]).map(lambda form: (form,)),
)  # fmt: skip


@given(st.fixed_dictionaries(VALUES), CONTRACTS)
def test_what_is_told_can_be_written_back(record: dict[str, Any], contract: Contract) -> None:
    window = Window(7, Resource(), contract, TYPES)
    record |= {"id": "K-1"}
    assert window.take(window.show("K-1", record, START)) == (record, [])


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("german", ["1.234,50", "12,00", "0,05", "-3.000,10"]),
        ("german-short", ["1.234,5", "12", "0,05", "-3.000,1"]),
        ("german-plain", ["1234,50", "12,00", "0,05", "-3000,10"]),
    ],
)
def test_german_numbers_are_written_as_people_write_them(form: Any, shown: list[str]) -> None:
    window = Window(7, Resource(stamp=None), Contract(types={"amount": form}), TYPES)
    told = [window.show("K-1", {"amount": amount}, START)["amount"] for amount in (1234.5, 12.0, 0.05, -3000.1)]
    assert told == shown


def test_each_record_keeps_to_one_of_several_forms() -> None:
    window = Window(7, Resource(), Contract(types={"amount": ("german", "german-short", "german-plain")}), TYPES)
    shown = {key: window.show(key, {"amount": 1234.5}, START)["amount"] for key in (f"K-{n}" for n in range(40))}
    assert set(shown.values()) == {"1.234,50", "1.234,5", "1234,50"}
    for key in ("K-1", "K-2", "K-3"):
        assert window.show(key, {"amount": 6234.5}, START)["amount"] == shown[key].replace("1", "6")


def test_a_number_that_moves_stays_as_fine_as_it_was_and_within_its_share() -> None:
    records = [
        {"id": f"K-{n}", "whole": 40.0 * n, "fine": 40.25 * n, "count": 40 * n, "name": "n"} for n in range(1, 9)
    ]
    one = Store("id", "key", records, START)
    book = Book("id", one)
    rules = Edits(every=60.0, inserts=0, deletes=0, moves=0.1)
    seen = set()
    for edit in Editor(7, "id", one, START, rules).until(START + timedelta(hours=3)):
        applied = book.apply(edit)
        assert applied is not None
        _, was, now = applied
        seen.add(edit.field)
        if edit.field == "name":
            assert now == was
            continue
        step = 0.01 if edit.field == "fine" else 1
        assert abs(now - was) <= 0.1 * was + step / 2
        assert type(now) is type(was)
        assert edit.field == "fine" or now == int(now)
    assert seen == {"whole", "fine", "count", "name"}


def test_the_series_of_numbers_is_what_callers_are_told_at_any_time(tmp_path: Path) -> None:
    span = Span("day", 0.0, 10.0, START, 3600.0, True, False)
    params = RestParams.model_validate({
        "resources": {"a": {"records": RECORDS}},
        "edits": {"a": {"every": "5m sim", "moves": "20 %", "deletes": 0, "inserts": 1}},
    })  # fmt: skip
    levels = numbers(params, 7, Timeline((span,)), {})
    changed = 0
    with Recorder(tmp_path, "site") as recorder:
        clock = Hand(Timeline((span,)), 0.0)
        collection = Collection("crm", "a", Lap(7, clock, recorder), params)
        for wall in range(1, 10):
            clock.wall = wall
            collection.advance()
            for key, row in collection.store.rows.items():
                assert levels.level(("a", key, "amount"), span.sim(wall)) == row.record["amount"], key
                changed += row.version > 1
    assert changed


def test_what_does_not_fit_its_field_is_refused_field_by_field() -> None:
    contract = Contract(rename={"count": "n"}, types={"amount": "cents", "on": "yes-no"}, unknown="refuse")
    window = Window(7, Resource(), contract, TYPES)
    with pytest.raises(Refused) as refused:
        window.take({"name": 3, "n": 2.5, "count": 2, "amount": "3", "on": True, "id": "K-1"})
    assert refused.value.fields.keys() == {"name", "n", "count", "amount", "on"}
    assert window.take({"amount": 250, "name": None}) == ({"amount": 2.5, "name": None}, [])


def test_a_reading_knows_what_it_missed() -> None:
    scan = Scan(1, 0.0, None, frozenset("abcde"))
    assert not scan.seen(0, 2, ["a", "b"], False)
    assert not scan.seen(4, 2, ["b"], True)
    assert scan.seen(2, 2, ["d", "f"], False)
    assert (scan.missed({"a", "b", "c", "d", "f"}), scan.repeated) == (["c"], 1)


def test_readings_at_the_same_time_are_told_apart_by_how_far_they_are() -> None:
    scans = Scans()
    first, other, second = (scans.begin(0.0, filter_, frozenset()) for filter_ in (None, "name=x", None))
    for scan in (first, other, second):
        scan.seen(0, 2, ["a", "b"], False)
    assert scans.at(None, 2) is second
    second.seen(2, 2, ["c", "d"], False)
    assert scans.at(None, 2) is first
    assert scans.at(None, 4) is second
    assert scans.at(None, 10) is second
    assert scans.at("name=y", 0) is None
    scans.close(second)
    assert [scan.number for scan in scans.unfinished()] == [1, 2]
    assert scans.numbered(2) is other


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"contract": {"custmers": {}}}, "no resource 'custmers'"),
        ({"edits": {"x": {"every": "1m sim"}}}, "no resource 'x'"),
        ({"edits": {"a": {"every": "1m sim", "updates": 0, "inserts": 0, "deletes": 0}}}, "more than 0"),
        ({"resources": {"a": {"records": [{"id": 1}, {"id": "1"}]}}}, "2 records have the key '1'"),
        ({"resources": {"a": {"records": [{"name": 1}]}}}, "no 'id', which is the key"),
        ({"resources": {"a": {"records": [{"id": 1}], "data": "people"}}}, "not both"),
        ({"resources": {}}, "at least 1"),
        ({"contract": {"a": {"types": {"id": ["german", "cents"]}}}}, "one form, or several of german, german-plain"),
        ({"contract": {"a": {"types": {"id": []}}}}, "one form, or several"),
    ],
)
def test_parameters_that_cannot_work_are_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        RestParams.model_validate({"resources": {"a": {"records": [{"id": 1}]}}} | change)
