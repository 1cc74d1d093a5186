"""Columns of datasets and fields of records that parameters name are there: told of a new scenario with one mistake."""

from pathlib import Path

import pytest

from labs.library.new import new
from labs.library.vocabulary import vocabulary
from scenarios.loader import examine

HERE = "§"
FLOW = "workload: shop-orders, to: shop, rate: 10/s, timeout: 5s}"
RESOURCE = "{resources: {articles: {data: articles}}}"
SITE = "site:\n"
PHASE = "    faults: [{link: prices, abort: 503, every: 4}]\n"
HAS = "dataset 'articles' has no column"


def told(folder: Path, *changes: tuple[str, str], proof: bool = False) -> list[tuple[str, str | None]]:
    """Messages and suggestions, after checking that each problem stands where the text is marked."""
    file = folder / "scenario.yaml"
    text = file.read_text()
    for old, to in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, to)
    marks = []
    while HERE in text:
        at = text.index(HERE)
        marks.append((text[:at].count("\n") + 1, at - text[:at].rfind("\n")))
        text = text.replace(HERE, "", 1)
    file.write_text(text)
    problems = examine(file, vocabulary(), proof=proof)[1]
    assert sorted({(p.line, p.column) for p in problems}) == sorted(marks)
    return [(p.message, p.suggestion) for p in problems]


def part(name: str, given: str) -> tuple[str, str]:
    return SITE, f"{SITE}  other:\n    part: {name}\n    with: {given}\n"


@pytest.mark.parametrize(
    ("old", "to", "said"),
    [
        (FLOW, FLOW[:-1] + ", with: {price: §prise}}", [(f"{HAS} 'prise'", "did you mean 'price'?")]),
        ("      price: {number", "      cost: {number", [(f"{HAS} 'price', the default of 'price'", None)]),
        (RESOURCE, RESOURCE[:-1] + ", contract: {articles: {rename: {§prise: preis, price: cost}}}}",
         [(f"{HAS} 'prise'", "did you mean 'price'?")]),
        (RESOURCE,
         RESOURCE[:-1] + ", contract: {articles: {types: {§prise: text}, dates: {§day: [iso]}, drop: [§pric]}}}",
         [(f"{HAS} 'prise'", "did you mean 'price'?"), (f"{HAS} 'day'", "there are: id, number, price"),
          (f"{HAS} 'pric'", "did you mean 'price'?")]),
        (RESOURCE, RESOURCE[:-1] + ", edits: {articles: {every: 10m sim, fields: [price, §prize]}}}",
         [(f"{HAS} 'prize'", "did you mean 'price'?")]),
        (RESOURCE, "{resources: {articles: {data: articles, key: §idd}}}", [(f"{HAS} 'idd'", "did you mean 'id'?")]),
        (PHASE, PHASE + "    set: {prices: {contract: {articles: {rename: {§prise: preis}}}}}\n",
         [(f"{HAS} 'prise'", "did you mean 'price'?")]),
        (PHASE, PHASE + "    set: {prices: {contract: {articles: {rename: {price: preis}}}}}\n", []),
        (*part("rest-api", "{resources: {a: {records: [{id: 1, x: 2}]}}, contract: {a: {rename: {§y: z}}}}"),
         [("no record has a field 'y'", "there are: id, x")]),
        (*part("rest-api", "{resources: {a: {records: [{id: 1}]}}, contract: {a: {required: [y], rename: {y: z}}}}"),
         []),
        (*part("event-store", "{streams: {s: {data: articles, time: §tim, fields: [id, §pric]}}}"),
         [(f"{HAS} 'tim'", "there are: id, number, price"), (f"{HAS} 'pric'", "did you mean 'price'?")]),
        (*part("queue", "{queues: {q: {visibility: 2h sim, publish: [{data: articles, time: §tim, key: §idd}]}}}"),
         [(f"{HAS} 'tim'", "there are: id, number, price"), (f"{HAS} 'idd'", "did you mean 'id'?")]),
        (*part("sftp-drop", '{feeds: {f: {name: "x_{pric}.csv", data: articles, every: 1h sim, split: [§pric]}}}'),
         [(f"{HAS} 'pric'", "did you mean 'price'?")]),
    ],
)  # fmt: skip
def test_parameters_name_columns_that_are_there(tmp_path: Path, old: str, to: str, said: list[tuple[str, str]]) -> None:
    folder = new(tmp_path / "late-promises")
    if "cost: {number" in to:
        # Told at the flow, which does not say what it takes for the price.
        found = examine(_changed(folder, old, to), vocabulary())[1]
        assert [p.message for p in found] == [message for message, _ in said]
        return
    found_ = told(folder, (old, to))
    assert sorted(found_) == sorted((m, s) for m, s in said)


BOOK = "{setup: ['CREATE TABLE shelves (id int, name text)'], data: {book: articles}, "
JOB = "jobs: {nightly: {at: ['02:00'], run: %s}}}"
NAME = "did you mean 'name'?"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("grants: {book: {select: [id, §prise]}, §shelvs: [select]}}",
         [("there is no table 'shelvs'", "did you mean 'shelves'?"),
          ("table book has no column 'prise'", "did you mean 'price'?")]),
        ("probes: {n: §SELECT nam FROM shelves}}", [("there is no column 'nam' in shelves", NAME)]),
        ("unchanged: {n: §'SELECT s.nam FROM shelves s'}}", [("table s has no column 'nam'", NAME)]),
        ("tells: {n: §'SELECT nam FROM shelves'}}", [("there is no column 'nam' in shelves", NAME)]),
        (JOB % "§UPDATE shelfs SET name = ''", [("there is no table 'shelfs'", "did you mean 'shelves'?")]),
        (JOB % '§"UPDATE book SET prise = 0"', [("there is no column 'prise' in book", "did you mean 'price'?")]),
        (JOB % '"UPDATE book SET price = 0"', []),
    ],
)  # fmt: skip
def test_sql_in_a_part_s_parameters_names_what_is_there(
    tmp_path: Path, given: str, said: list[tuple[str, str]]
) -> None:
    found = told(new(tmp_path / "late-promises"), part("postgres", BOOK + given), proof=True)
    assert sorted(found) == sorted(said)


ANSWERS = "no answer of {!r} has a field {}"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("{link: prices, schema: {rename: {§'$.data[*].prise': cost}}}",
         [(ANSWERS.format("prices", "$.data[*].prise"), "did you mean '$.data[*].price'?")]),
        ("{link: prices, schema: {retype: {§$.prise: string}, remove: ['$.number', §$.data.id]}}",
         [(ANSWERS.format("prices", "$.prise"), "did you mean '$.price'?"),
          (ANSWERS.format("prices", "$.data.id"), "did you mean '$.data[*].id'?")]),
        ("{link: shop, schema: {remove: [§$.totel]}}",
         [(ANSWERS.format("shop", "$.totel"), "did you mean '$.total'?")]),
        ("{link: shop, schema: {remove: [$.total]}}", []),
        ("{link: prices, schema: {rename: {'$.data[0].price': cost, $.updated_at: at, '$[*][*].price': b}}}", []),
        ("{link: prices, schema: {require: [$.tenant]}}", []),
        ("{link: prices, schema: {rename: {$.price: cost}}}, {link: prices, schema: {remove: [$.cost]}}", []),
    ],
)  # fmt: skip
def test_faults_change_fields_that_are_in_some_answer(
    tmp_path: Path, fault: str, said: list[tuple[str, str | None]]
) -> None:
    found = told(new(tmp_path / "late-promises"), (PHASE, f"{PHASE.rstrip()[:-1]}, {fault}]\n"))
    assert sorted(found) == sorted(said)


def test_a_new_name_that_is_none_is_told_once(tmp_path: Path) -> None:
    fault = "{link: prices, schema: {rename: {§$.price: [a]}}}, {link: prices, schema: {remove: [§$.prise]}}"
    found = told(new(tmp_path / "late-promises"), (PHASE, f"{PHASE.rstrip()[:-1]}, {fault}]\n"))
    assert [said for said, _ in found if "prise" in said] == [ANSWERS.format("prices", "$.prise")]


def _changed(folder: Path, old: str, to: str) -> Path:
    file = folder / "scenario.yaml"
    file.write_text(file.read_text().replace(old, to))
    return file


def test_columns_that_dirt_makes_are_there(tmp_path: Path) -> None:
    dirt = "    key: id\n    dirt: [{schema-change: {rename: {price: amount}, after: 50%}}]\n"
    contract = ", contract: {articles: {rename: {amount: preis, price: preis, §amoun: x}}}}"
    folder = new(tmp_path / "late-promises")
    said = told(folder, ("    key: id\n", dirt), (RESOURCE, RESOURCE[:-1] + contract))
    assert said == [(f"{HAS} 'amoun'", "did you mean 'amount'?")]


@pytest.mark.parametrize(
    ("slug", "old", "message"),
    [
        (
            "the-shock",
            "      utilisation:",
            "dataset 'applications' has no column 'utilisation', which loan-applications reads",
        ),
        ("phantom-stock", "      counted_at:", "dataset 'faces' has no column 'counted_at', which order-picking reads"),
        ("eighty-five-resolved", "      status:", "dataset 'orders' has no column 'status', which support-chats reads"),
    ],
)
def test_workloads_find_the_columns_that_they_read(tmp_path: Path, slug: str, old: str, message: str) -> None:
    folder = new(tmp_path / "another", slug)
    problems = examine(_changed(folder, old, old.replace(":", "_x:")), vocabulary())[1]
    assert message in [p.message for p in problems]
    assert all(p.line for p in problems)
