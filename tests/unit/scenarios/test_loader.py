import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.loader import examine, load
from scenarios.model import Scenario
from scenarios.problems import ScenarioInvalid, render

GOLDEN = Path(__file__).parents[2] / "golden"


def problems(path, vocabulary=None):
    with pytest.raises(ScenarioInvalid) as raised:
        load(path, vocabulary)
    return raised.value.problems


def said(path, vocabulary=None):
    return [(p.line, p.column, p.message) for p in problems(path, vocabulary)]


def test_a_sound_scenario_loads_and_lints(write, vocabulary):
    scenario = load(write(), vocabulary)
    assert scenario.id == "late-shop"
    assert scenario.phases[2].set == {"shop": {"locked": True}}


def test_a_folder_means_its_scenario_file(write):
    assert load(write().parent) == load(str(write()))


def test_all_mistakes_are_reported_at_once_each_at_its_place(write, vocabulary):
    text = (GOLDEN / "scenario-problems.yaml").read_text()
    assert said(write(text=text), vocabulary) == [
        (2, 1, "unknown key 'titel'"),
        (5, 8, "level: expected a whole number, found 'two'"),
        (10, 16, "unknown part 'shop-sytem'"),
        (13, 22, "sessions: 0 must be more than 0"),
        (13, 25, "unknown key 'tokn'"),
        (17, 24, "'../secrets/**' may leave the workspace"),
        (19, 47, "rate: 20 is not a rate such as 20/s"),
        (19, 60, "timeout: '20m sim' is simulated time; this field takes wall time, such as 8s"),
        (25, 5, "key 'lasts' stands here twice"),
        (26, 27, "unknown fault 'latncy'"),
        (27, 21, "unknown person 'lnea'"),
        (
            30,
            13,
            "family: 'reliabilty' is not one of reliability, data, model, business, communication, operations",
        ),
        (32, 37, "unknown phase 'slwo'"),
        (32, 43, "phase 'warm-up' is not graded"),
        (33, 13, "expect: availability is a share, '>= 800 ms' is a time"),
        (35, 5, "'says' is missing"),
        (38, 19, "nothing in this scenario writes table 'fact_order'"),
        (40, 11, "zero: '5 %' is a share, `expect` is a number"),
        (41, 69, "nothing in this scenario writes table 'facts_weather'"),
    ]


def test_the_report_reads_as_agreed(write, vocabulary):
    text = (GOLDEN / "scenario-problems.yaml").read_text()
    file = write(text=text)
    found = render(problems(file, vocabulary)).replace(str(file), "scenario.yaml")
    golden = GOLDEN / "scenario-problems.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(found)
    assert found == golden.read_text()


HERE = "§"
"""Marks where a problem is expected."""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("level: 1", "level: §true", "level: expected a whole number, found true"),
        ("level: 1", "level: §'1'", "level: expected a whole number, found '1'"),
        ("level: 1", "level: §9", "level: 9 must be at most 4"),
        ("level: 1", "level:§", "level: expected a whole number, found nothing"),
        ("title: Late shop", "title: §true", "title: expected text, found true"),
        ("title: Late shop", "§title: [a]", "title: expected text, found a list"),
        ("graded: false", "graded: §no", "graded: expected true or false, found 'no'"),
        ("lasts: 4s", "lasts: §4", "lasts: 4 is not a duration such as 250ms, 8s or 2m"),
        ("lasts: 4s", "lasts: §0s", "lasts: '0s' must be more than 0"),
        ("share: 20%", "share: §120%", "share: '120%' is more than 100 %"),
        ("share: 20%", "share: §5", "share: 5 is not a share such as 5%"),
        ("with: {token: 60m sim}", "§with_: {}", "unknown key 'with_'"),
        ("uses: [shop]", "uses: §shop", "uses: expected a list, found 'shop'"),
        ("id: late-shop\ntitle: Late shop", "§id: late-shop", "'title' is missing"),
        ("trade: tools, ", "", "'trade' is missing in 'customer'"),
        ("minutes: 30", "§<<: {minutes: 30}", "`<<` is not supported: nothing is merged here"),
        ("id: late-shop", "id: §Late Shop", "id: 'Late Shop' does not fit the pattern ^[a-z0-9][a-z0-9-]*$"),
        ('editable: ["app.py"]', "§editable: []", "editable: needs at least 1, has 0"),
        ("name: slow", "§name: [slow]", "name: expected text, found a list"),
        ("rate: 20/s", "rate: §100000/s", "rate: '100000/s' is more than 1000/s"),
        ("lasts: 4s", "lasts: §24h", "lasts: '24h' is more than 1h"),
        ("weight: 2", "weight: §.inf", "'.inf' is out of the range of numbers"),
        ("weight: 2", "weight: §1001", "weight: 1001 must be at most 1000"),
        ("minutes: 30", "minutes: §0xffffffffffffffffff", "'0xffffffffffffffffff' is out of the range of numbers"),
        ("title: Late shop", 'title: §"a\\nb"', "title: is to stand on one line"),
        ("title: Late shop", 'title: §"\\e[2J"', "holds the control character U+001B"),
        ("id: late-shop", f"id: §{'x' * 65}", f"id: '{'x' * 56}…' is longer than 64 characters"),
        (
            "  shop: {part: shop-system, with",
            f"  §{'x' * 65}: {{part: shop-system, with",
            f"'{'x' * 56}…' is longer than 64 characters",
        ),
        ('editable: ["app.py"]', 'editable: [§"**/**/**/**/a"]', "editable: has `**` more than 3 times"),
        ('editable: ["app.py"]', f"§editable: [{'a, ' * 51}]", "editable: may have at most 50, has 51"),
    ],
)
def test_what_does_not_fit(write, old, new, message):
    file = write((old, new))
    text = file.read_text()
    file.write_text(text.replace(HERE, ""))
    found = {p.message: (p.line, p.column) for p in problems(file)}
    assert message in found
    if HERE in text:
        before = text[: text.index(HERE)]
        assert found[message] == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_numbers_are_text_where_text_is_meant(write, vocabulary):
    scenario = load(
        write(("title: Late shop", "title: 1.10"), ("{token: 60m sim}", "{token: 60m sim, version: 1.10}")), vocabulary
    )
    assert scenario.title == "1.10"
    assert scenario.site["shop"].with_["version"] == "1.10"


def test_an_echo_of_a_mistake_is_no_second_problem(write, vocabulary):
    for old, new in [
        ("customer: {name: Halden, trade: tools, currency: EUR}", "customer: 3"),
        ("{part: shop-system, with: {token: 60m sim}}", "7"),
        ("  - {name: morning, lasts: 10s, simulates: 75m}", "  - morning"),
        ("name: slow", "nam: slow"),
        ("orders: {workload: ordering, to: api, rate: 20/s}", "orders: []"),
        ("with: {stream: orders, during: [slow]}", "with: 3"),
        ("measure: availability", "measure: [availability]"),
        ('expect: ">= 98 %"', "expect: {}"),
        ("api: {command: [python, app.py], uses: [shop]}", "api:"),
    ]:  # fmt: skip
        found = said(write((old, new)), vocabulary)
        assert found == said(write((old, new))), found


def test_what_every_file_may_be(tmp_path, vocabulary):
    assert "there is no such file" in str(problems(tmp_path, vocabulary)[0])
    assert "there is no such file" in str(problems(tmp_path / "nothing.yaml")[0])
    (tmp_path / "scenario.yaml").write_text("a: b\n---\nc: d\n")
    assert len(problems(tmp_path, vocabulary)) == 1


KEYS = "id title site phases checks with set faults latency shop api orders expect count during"
VALUES = ("3", "1.10", "5%", "8s", "30m sim", "true", "no", "~", ">= 98 %", ".nan", "*x", "&x a", "!!int x")
words = st.sampled_from((*KEYS.split(), *VALUES))
blocks = st.recursive(
    words | st.text(max_size=6).map(repr),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda i: f"[{', '.join(i)}]")
        | st.dictionaries(words, inner, max_size=3).map(
            lambda d: "{" + ", ".join(f"{k}: {v}" for k, v in d.items()) + "}"
        )
    ),
    max_leaves=6,
)


def outcome(path, vocabulary):
    """Whatever a file holds: a scenario, or problems with places inside of it."""
    scenario, found = examine(path, vocabulary)
    assert isinstance(scenario, Scenario) or found
    assert render(found)
    for problem in found:
        assert problem.message
        assert (problem.line is None) == (problem.column is None)


fuzz = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


@fuzz
@given(data=st.binary() | st.text().map(str.encode) | blocks.map(str.encode))
def test_any_bytes_are_a_scenario_or_problems(write, vocabulary, data):
    file = write()
    file.write_bytes(data)
    outcome(file, vocabulary)


@fuzz
@given(place=st.integers(0, 2000), length=st.integers(0, 40), text=blocks | st.text(max_size=5))
def test_any_change_to_a_sound_scenario_is_a_scenario_or_problems(write, vocabulary, place, length, text):
    file = write()
    sound = file.read_text()
    file.write_text(sound[:place] + text + sound[place + length :])
    outcome(file, vocabulary)


@fuzz
@given(number=st.integers(0, 60), value=blocks)
def test_any_value_in_a_sound_scenario_is_a_scenario_or_problems(write, vocabulary, number, value):
    file = write()
    pieces = file.read_text().split(": ")
    number = 1 + number % (len(pieces) - 1)
    old = pieces[number]
    cut = min((old.find(c) for c in ",\n}]" if c in old), default=len(old))
    pieces[number] = value + old[cut:]
    file.write_text(": ".join(pieces))
    outcome(file, vocabulary)
