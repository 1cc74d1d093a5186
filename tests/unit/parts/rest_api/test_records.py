import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.model import DatasetSpec
from simulator.clock import Clock, Timeline
from simulator.dirt import Datasets
from simulator.evidence.recorder import Recorder
from simulator.parts.base import Lap
from simulator.parts.rest_api.contract import Window
from simulator.parts.rest_api.edits import Edit, Editor
from simulator.parts.rest_api.params import Contract, Edits, Resource, RestParams
from simulator.parts.rest_api.problems import Refused
from simulator.parts.rest_api.records import begin
from simulator.parts.rest_api.scans import Scan, Scans
from simulator.parts.rest_api.store import Store, natural

START = datetime(2026, 3, 2, 8)
RECORDS = [{"id": f"K-{n}", "name": f"n{n}", "amount": n + 0.25, "count": n} for n in range(1, 13)]


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
    with Recorder(Path(), "site") as recorder:
        key, records = begin(Resource(data="people"), Lap(7, Clock(Timeline(()), 0.0), recorder, data))
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
    st.sets(NAMES), st.sampled_from(["text", "german", "cents"]), st.sampled_from(["text", "yes-no"]),
    st.sampled_from(["iso", "date", "german", "us", "compact", "epoch"]).map(lambda form: (form,)),
)  # fmt: skip


@given(st.fixed_dictionaries(VALUES), CONTRACTS)
def test_what_is_told_can_be_written_back(record: dict[str, Any], contract: Contract) -> None:
    window = Window(7, Resource(), contract, TYPES)
    record |= {"id": "K-1"}
    assert window.take(window.show("K-1", record, START)) == (record, [])


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
    ],
)
def test_parameters_that_cannot_work_are_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        RestParams.model_validate({"resources": {"a": {"records": [{"id": 1}]}}} | change)
