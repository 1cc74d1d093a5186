import csv
from datetime import date, datetime

import orjson
from hypothesis import given
from hypothesis import strategies as st

from simulator.dirt.render import Csv, readable, render
from simulator.dirt.texts import SECONDS, Style, texts
from tests.unit.dirt.data import datasets

SPEC = {
    "rows": 200,
    "columns": {
        "id": {"sequence": {}},
        "city": {"pick": ["Köln", "München", "Bonn"]},
        "price": {"number": {"normal": {"mean": 1500, "sd": 300}}},
        "at": {"time": {"spans": "3d"}},
    },
    "dirt": [
        {"mixed-encoding": {"column": "city", "written": "cp1252"}, "share": "50%"},
        {"separators": {"column": "price"}, "share": "50%"},
        {"missing": {"column": "at"}, "share": "10%"},
    ],
}


def test_a_file_has_the_bytes_that_two_exporters_wrote():
    dataset = datasets(cities=SPEC)["cities"]
    columns = {name: values.tolist() for name, values in dataset.dirty.items()}
    data = render(columns, range(200), Csv(delimiter=";", decimal=","))
    lines = data.splitlines()
    struck = {e.row: e.clean for e in dataset.ledger if e.column == "city"}
    for row, clean in struck.items():
        assert lines[row + 1].split(b";")[1] == clean.encode("cp1252")
    other = next(row for row in range(200) if row not in struck and columns["city"][row] != "Bonn")
    assert lines[other + 1].split(b";")[1] == columns["city"][other].encode()
    found = list(csv.DictReader(data.decode("utf-8", "replace").splitlines(), delimiter=";"))
    prices = [float(row["price"].replace(".", "").replace(",", ".")) for row in found]
    assert prices == dataset.clean["price"].tolist()
    assert sum(row["at"] == "" for row in found) == 20


def test_who_reads_it_as_text_has_replacement_signs_which_can_be_sent_as_json():
    dataset = datasets(cities=SPEC)["cities"]
    rows = list(dataset.records())
    assert orjson.dumps(rows)
    assert {row["city"] for row in rows} == {"Bonn", "Köln", "München", "K\ufffdln", "M\ufffdnchen"}
    assert readable("Köln") == "Köln"


def test_what_an_encoding_does_not_have_is_a_question_mark():
    assert render({"a": ["Łódź €"]}, [0], Csv(encoding="cp1252", header=False)) == b"?\xf3d? \x80\n"


KINDS = (
    st.integers(), st.floats(), st.floats(-1e6, 1e6).map(lambda number: round(number, 2)), st.booleans(), st.text(),
    st.datetimes(datetime(1000, 1, 1)), st.dates(date(1000, 1, 1)),
)  # fmt: skip
COLUMNS = st.one_of(*(st.lists(st.one_of(kind, st.none())) for kind in KINDS), st.lists(st.one_of(*KINDS, st.none())))
STYLES = st.builds(
    Style, st.sampled_from(["", "n,a", "null"]), decimal=st.sampled_from([".", ","]),
    text=st.sampled_from([None, str.upper]), times=st.sampled_from([None, SECONDS, "%d/%m/%y"]),
)  # fmt: skip


def cell(value: object, style: Style) -> str:
    if value is None or value != value:
        return style.missing
    if isinstance(value, str):
        return style.text(value) if style.text else value
    if isinstance(value, float):
        return repr(value).replace(".", style.decimal)
    return value.strftime(style.times) if isinstance(value, date) and style.times else str(value)


@given(COLUMNS, STYLES)
def test_a_column_is_written_as_its_cells_would_be(values: list[object], style: Style):
    assert texts(values, style) == [cell(value, style) for value in values]
