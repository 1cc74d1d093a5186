"""The ledger gives back exactly the clean data, from nothing but itself and what was delivered."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.dirt.ledger import Entry, restore
from simulator.evidence.recorder import Recorder
from simulator.evidence.tables import CORE
from tests.unit.dirt.data import SKUS, datasets, scans

COLUMNS: dict[str, Any] = {
    "id": {"sequence": "K{:04d}"},
    "name": {"fake": {"provider": "name", "locale": "de_DE", "pool": 12}},
    "city": {"pick": {"Köln": 2, "München": 1, "Bonn": 1}},
    "count": {"number": {"poisson": {"mean": 3}}},
    "price": {"number": {"lognormal": {"median": 900, "sigma": 1}}},
    "at": {"time": {"from": "2026-03-20T00:00", "spans": "20d"}},
    "good": {"formula": "count > 2"},
}
TEXT, NUMBERS, ANY = ["id", "name", "city"], ["count", "price"], list(COLUMNS)


def _some(names: list[str]) -> st.SearchStrategy[Any]:
    return st.one_of(st.sampled_from(names), st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))


def _kind(name: str, **params: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: st.fixed_dictionaries(params)})


KINDS = st.one_of(
    _kind("missing", column=_some(ANY)),
    _kind("sentinel", column=_some(ANY[:5]), value=st.sampled_from([-1, 0, "N/A", 2.5])),
    _kind("sentinel", column=st.just("at"), value=st.just("1900-01-01")),
    _kind("typo", column=_some(TEXT)),
    _kind("mojibake", column=_some(TEXT)),
    _kind("mixed-encoding", column=_some(TEXT)),
    _kind("separators", column=_some(NUMBERS), decimals=st.sampled_from([None, 2])),
    _kind("date-format", column=st.just("at")),
    _kind("local-time", column=st.just("at"), zone=st.sampled_from(["Europe/Berlin", "America/New_York"])),
    _kind("wrong-unit", column=_some(NUMBERS), times=st.sampled_from([12, 0.1]), plus=st.sampled_from([0, 32])),
    _kind("outlier", column=_some(NUMBERS), sds=st.just(6)),
    _kind("swapped", columns=st.permutations(ANY).map(lambda names: names[:2])),
    _kind("label-noise", column=_some(["city", "good", "count"])),
    _kind("duplicate", within=st.integers(1, 40)),
    st.just({"duplicate": {"column": "at", "from": "1s sim", "to": "3d sim"}}),
    _kind("near-duplicate", column=_some(["name", "city"]), rekey=st.sampled_from([None, "id"])),
    _kind("out-of-order", within=st.integers(1, 40)),
    st.builds(lambda s: {"late": {"column": "at", "from": "1h sim", "to": "5d sim", "stamped": s}}, st.booleans()),
)
WORDS: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}),
    st.sampled_from([{"where": 'city == "Bonn"'}, {"where": "count > 2 and good"}, {"per": "city"}, {"by": "price"}]),
)
USES = st.builds(
    lambda kind, share, words: kind | {"share": f"{share}%"} | words, KINDS, st.sampled_from([3, 20, 55, 100]), WORDS
)
CHANGES = st.builds(
    lambda kept, after: {"schema-change": kept | {"after": f"{after}%"}},
    st.sampled_from([
        {"rename": {"name": "full_name"}}, {"add": {"consent": "yes"}}, {"remove": ["city"]},
        {"rename": {"id": "key", "at": "when"}, "remove": ["price"], "add": {"new": 3}},
    ]),
    st.sampled_from([0, 30, 99, 100]),
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.integers(1, 80),
    seed=st.integers(0, 2**40),
    dirt=st.lists(USES, max_size=6),
    change=st.one_of(st.none(), CHANGES),
)
def test_the_way_back_is_exact(rows: int, seed: int, dirt: list[Any], change: Any) -> None:
    spec = {"rows": rows, "columns": COLUMNS, "dirt": [*dirt, *([change] if change else [])]}
    dataset = datasets(seed, data=spec)["data"]
    entries = list(dataset.ledger)
    assert restore(dataset.segments, entries) == _plain(dataset.clean)
    cells = [(e.row, e.column) for e in entries if e.what == "cell"]
    assert len(cells) == len(set(cells)), "a cell has one entry"
    for e in entries:
        if e.what == "cell" and e.column is not None:
            assert (type(e.clean), e.clean) != (type(e.dirty), e.dirty), "an entry is a difference"
            assert dataset.dirty[e.column].tolist()[e.row] == e.dirty
    struck = {*cells, *((row, None) for row in (e.row for e in entries if e.what == "extra"))}
    for name, values in dataset.clean.items():
        for row, (origin, dirty) in enumerate(zip(dataset.origin.tolist(), dataset.dirty[name].tolist(), strict=True)):
            if (row, name) not in struck and (row, None) not in struck:
                assert dirty == values.tolist()[origin], "what has no entry is clean"


def _plain(columns: Any) -> dict[str, list[Any]]:
    return {name: values.tolist() for name, values in columns.items()}


def test_two_changes_of_schema() -> None:
    dataset = scans(
        {"schema-change": {"rename": {"clerk": "operator"}, "after": "80%"}},
        {"schema-change": {"rename": {"clerk": "user"}, "remove": ["label"], "after": "20%"}},
        {"typo": {"column": "label"}, "share": "30%"},
    )
    assert [next(n for n in ("clerk", "user", "operator") if n in s.columns) for s in dataset.segments] == [
        "clerk", "user", "operator",
    ]  # fmt: skip
    assert restore(dataset.segments, dataset.ledger) == _plain(dataset.clean)


def test_the_evidence_says_as_much(tmp_path: Path) -> None:
    """What is written as text is enough to get the clean data back, given the columns' types."""
    data = datasets(5, skus=SKUS, data={"rows": 60, "columns": COLUMNS, "dirt": [
        {"typo": {"column": "name"}, "share": "20%"}, {"missing": {"column": ["price", "at", "good"]}, "share": "20%"},
        {"mixed-encoding": {"column": "city"}, "share": "20%"}, {"duplicate": {}, "share": "10%"},
        {"out-of-order": {}, "share": "10%"}, {"schema-change": {"remove": ["count"], "rename": {"id": "key"}}},
    ]})  # fmt: skip
    with Recorder(tmp_path, "field") as recorder:
        data.write(recorder, lambda _sim: 0.0)
    rows = [json.loads(line) for line in (tmp_path / "corruptions.field.jsonl").read_text().splitlines()]
    table = next(table for table in CORE if table.name == "corruptions")
    assert {"at", *rows[0]} == {column.name for column in table.columns}
    assert {row["dataset"] for row in rows} == {"data"}
    dataset = data["data"]
    read: dict[str, Any] = {"count": int, "price": float, "at": datetime.fromisoformat, "good": "true".__eq__}

    def entry(row: dict[str, Any]) -> Entry:
        clean = row["clean"]
        if row["what"] == "cell":
            clean = read.get(row["column"], str)(clean)
        if row["what"] == "moved":
            clean = int(clean)
        return Entry(**{k: v for k, v in row.items() if k != "dataset"} | {"clean": clean})

    assert restore(dataset.segments, map(entry, rows)) == _plain(dataset.clean)
    odd = next(row for row in rows if row["kind"] == "mixed-encoding")
    assert "\\x" in odd["dirty"]
