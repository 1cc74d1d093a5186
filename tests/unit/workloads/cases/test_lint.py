"""What lint says of a business: each mistake at its place, and what its author forgot."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from labs.library.vocabulary import vocabulary
from scenarios.loader import examine
from tests.unit.workloads.cases.labels import BUSINESS, SCENARIO, write
from tests.unit.workloads.cases.test_shapes import SMALL

Told = list[tuple[str, str | None]]


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Told]:
    def look(old: str = "", new: str = "", *, scenario: str = SCENARIO, notes: bool = True) -> Told:
        """The problems once `old` is `new` in the business: what stands under the caret, with the message."""
        assert old in BUSINESS
        text = BUSINESS.replace(old, new, 1)
        problems = examine(write(tmp_path, text, scenario), vocabulary(), notes=notes)[1]
        found = []
        for problem in problems:
            file = Path(problem.path)
            line = file.read_text("utf-8").splitlines()[(problem.line or 1) - 1]
            under = line[(problem.column or 1) - 1 :]
            found.append((f"{under.split()[0] if under.split() else ''} | {problem.message}", problem.suggestion))
        return found

    return look


@pytest.mark.parametrize(
    ("old", "new", "under", "said", "hint"),
    [
        ("late > 0\n", "laet > 0\n", "laet", "late: there is no 'laet' here", "did you mean 'late'?"),
        ("sum(items, grams) / 1000", "sum(items, gram) / 1000", "gram)", "kilos: there is no 'gram' here",
         "did you mean 'grams'?"),
        ("costs: low - answer.price", "costs: low - service", "low",
         "costs: `low - service` is a number and text", None),
        ("right: [right]", "right: [rihgt]", "rihgt]", "unknown verdict 'rihgt'", "did you mean 'right'?"),
        ('"wrong-service"]', '"wrong-sevice"]', "\"wrong-sevice\"]',", "when: it is never 'wrong-sevice'",
         "did you mean 'wrong-service'?"),
        ("data: parcels ", "data: parcel ", "parcel", "unknown dataset 'parcel'", "did you mean 'parcels'?"),
        ("due_at: ready_at", "due_at: read_at", "read_at", "dataset 'parcels' has no column 'read_at'",
         "did you mean 'ready_at'?"),
        ("same: id", "same: idd", "idd}", "no case has a 'idd'", "did you mean 'id'?"),
        ('{X-Tenant: "{customer}"}', '{X-Tenant: "{answer.price}"}', 'answer.price}"}',
         "'answer.price' is known only once the answer is in", None),
        ("part: wms, tells: manifest", "part: wms, tells: manifes", "manifes,", "wms tells no 'manifes'",
         "did you mean 'manifest'?"),
        ("columns: {parcel: text, labels", "columns: {parcels: text, labels", "parcels:",
         "the question answers no 'parcels'",
         "did you mean 'parcel'?"),
        ("tariff: {of: tariffs, by: [zone]", "tariff: {of: tariffs, by: [zonne]", "zonne],",
         "dataset 'tariffs' has no column 'zonne'", "did you mean 'zone'?"),
        ("side-effects: [manifest]", "side-effects: [manifests]", "manifests]", "unknown read 'manifests'",
         "did you mean 'manifest'?"),
        ("price: {number: /price/amount, min: 0, max: 100000,", "price: {number: /price/amount, min: 0,", "price:",
         "money depends on 'price', which has no `max`: one answer may cost any amount",
         "give it the greatest value that makes sense"),
        ("  late: late > 0\n", "  late: unanswered or late > 0\n  lost: late > 0 and unanswered\n", "lost:",
         "nothing can reach verdict 'lost': an earlier one holds wherever it does", "put it before that one"),
        ("choice: /service, of: [economy, standard, express]", "choice: /service", "service:",
         "service: `of` lists the values of a choice, and a choice needs it", None),
        ("number: /price/amount", "nmuber: /price/amount", "price:",
         "price: unknown key 'nmuber'; did you mean 'number'?", None),
        ("money:\n  under", "mony:\n  under", "mony:", "unknown key 'mony'", "did you mean 'money'?"),
        ("name: late-labels", "name: late-lables", "late-lables", "name: 'late-lables' stands in late-labels.yaml",
         "a business has the name of its file"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_place(
    told: Callable[..., Told], old: str, new: str, under: str, said: str, hint: str | None
) -> None:
    assert (f"{under} | {said}", hint) in told(old, new)


def test_what_is_free_is_said(told: Callable[..., Told]) -> None:
    # Whoever promises too little pays nothing once nobody books it.
    gone = "  complaints: {when: answer.price > high, costs: call, about: a call for each price that was too high}\n"
    found = told(gone, "")
    said = "no account is sure to book anything on verdict 'too-dear': to err in that direction may be free"
    assert [one for one, _ in found] == [f"too-dear: | {said}"]


def test_what_is_surely_free_is_a_mistake(tmp_path: Path) -> None:
    small = yaml.safe_dump(SMALL | {"money": {"lost": {"when": 'verdict == "none"', "costs": "5"}}}, sort_keys=False)
    problems = examine(write(tmp_path, small), vocabulary())[1]
    said = "no account books anything on verdict 'low', so to err in that direction is free"
    assert [(p.message, p.note) for p in problems if "free" in p.message] == [(said, False)]


def test_amounts_that_may_be_negative_are_noted(told: Callable[..., Told]) -> None:
    found = told("undercharged: {when: answer.price < low,", "undercharged: {when: answer.price != low,")
    assert any("costs: `low - answer.price` can be negative" in said for said, _ in found)
    assert told() == []


def test_an_answer_beside_one_moment_is_noted(told: Callable[..., Told]) -> None:
    found = told(
        "low: cents(least(tariff, due - fresh, answered_at) * kilos)", "low: cents(level(tariff, due) * kilos)"
    )
    assert any("compares an answer with the level at one moment" in said for said, _ in found)
    assert told("low: cents(least(tariff, due - fresh, answered_at) * kilos)", "low: cents(level(tariff, due) * kilos)",
                notes=False) == []  # fmt: skip


def test_a_read_that_is_only_left_joined_is_noted(told: Callable[..., Told]) -> None:
    found = told("c full join manifest m", "c left join manifest m")
    assert any(
        said.startswith("manifest: | rows of 'manifest' that belong to no case are never found") for said, _ in found
    )


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select at, parcel as key, 12 as costs from facts_manifest", 'syntax error at or near ","'),
        ("select due_at, parcel as key from facts_manifest", "money needs `costs` or `earns`"),
        ("select parcel as key, 12 as costs from facts_manifest", "answers no `due_at`"),
        ("drop table cases", "is no single question"),
        ("select due_at, parcel as key, 1 as costs from facts_manifest; select 1", "is no single question"),
        ("select 0 as due_at, 1 as key, 1 as costs from read_csv('/etc/passwd')", "Permission Error"),
    ],
)
def test_questions_are_asked_of_empty_tables(told: Callable[..., Told], sql: str, said: str) -> None:
    old = "select due_at, parcel as key, 12 * (rows - labels) as costs from facts_manifest where rows > labels"
    assert any(said in message for message, _ in told(old, f'"{sql}"'))


def test_the_scenario_is_looked_at_too(told: Callable[..., Told]) -> None:
    few = SCENARIO.replace("    rows: 300\n", "    rows: 200\n")
    found = told("  due_at: ready_at ", "  #", scenario=few)
    assert any("has 200 rows, and traffic 'labels' may ask for 387" in said for said, _ in found)
    unused = SCENARIO.replace("workload: late-labels", "workload: shop-orders")
    assert any(
        "no traffic of scenario.yaml has the workload 'late-labels'" in said for said, _ in told(scenario=unused)
    )
    other = SCENARIO.replace("workload: late-labels", "workload: late-lables")
    assert any("unknown workload 'late-lables'" in said and "late-labels" in str(hint)
               for said, hint in told(scenario=other))  # fmt: skip
    wrong = SCENARIO.replace("rate: 15/s", "rate: 15/s, with: {fresch: 1m sim}")
    assert ("fresch: | unknown key 'fresch'", "did you mean 'fresh'?") in told(scenario=wrong)
    lost = SCENARIO.replace("shift: true}", "shift: true, traffic: {lables: 2/s}}")
    assert ("lables: | unknown flow 'lables'", "did you mean 'labels'?") in told(scenario=lost)
    own = SCENARIO + "business: {}\n"
    assert any("a business is a file of its own" in said for said, _ in told(scenario=own))


def test_no_business_takes_the_name_of_another(tmp_path: Path) -> None:
    text = BUSINESS.replace("name: late-labels", "name: shop-orders")
    folder = write(tmp_path, text, SCENARIO.replace("workload: late-labels", "workload: shop-orders"))
    (folder / "business" / "late-labels.yaml").rename(folder / "business" / "shop-orders.yaml")
    said = [problem.message for problem in examine(folder, vocabulary())[1]]
    assert "name: there is a workload 'shop-orders' already" in said
