import csv

import orjson

from simulator.dirt.render import Csv, readable, render
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
