"""What the help pages say, by phase, and when they are behind."""

from itertools import pairwise
from typing import Any

import pytest

from scenarios.model import Scenario
from simulator.clock import timeline
from simulator.workloads.chat_book import Lapses, book
from simulator.workloads.chat_pages import Pages, figures

RULES = [
    {"name": "return", "says": "Label for {order}: within 30 days."},
    {"name": "address", "says": ["Until 13:30, {order}.", "For 4.90 euros."]},
]
SALE = [{"name": "return", "says": "60 days"}]


def scenario(**sale: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "id": "chats", "title": "Chats", "customer": {"name": "X", "trade": "shoes", "currency": "EUR"},
            "level": 1, "minutes": 10, "site": {"llm": {"part": "llm", "with": {"rules": RULES}}},
            "deployment": {"services": {"bot": {"command": ["true"]}}, "editable": ["app/**"]},
            "traffic": {"chats": {"workload": "support-chats", "to": "bot", "rate": "20/s"}},
            "phases": [
                {"name": "day", "lasts": "10s", "simulates": "20m"},
                {"name": "sale", "lasts": "10s", "set": {"llm": {"rules": SALE}}, **sale},
                {"name": "closing", "lasts": "10s"},
            ],
            "checks": [{"id": "c", "family": "data", "sql": "select 1", "expect": "== 1", "says": "x"}],
        }
    )  # fmt: skip


def pages(**sale: Any) -> Pages:
    made = scenario(**sale)
    return Pages(made, "llm", timeline(made))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("within 30 days", {"30"}),
        ("HX-10412 until 13:30 for 4.90", {"13:30", "4.90"}),
        ("{days} days", set()),
        ("Lorem ipsum", set()),
    ],
)
def test_figures_are_numbers_that_name_nothing(text: str, found: set[str]) -> None:
    assert figures(text) == found


def test_an_answer_has_the_figures_of_its_page_and_no_others() -> None:
    now = pages()
    assert now.tells("HX-10412 comes back within 30 days.", "return", 2, 2.1)
    assert now.tells("4.90 until 13:30", "address", 2, 2.1)
    for text in ("See the page.", "13 14 30 45 60 days", "within 45 days"):
        assert not now.tells(text, "return", 2, 2.1)
    assert not now.tells("", "a topic without a page", 2, 2.1)


def test_a_page_changes_with_a_phase_and_what_was_on_its_way_counts() -> None:
    now = pages()
    assert now.tells("60 days", "return", 12, 12.1)
    assert not now.tells("30 days", "return", 12, 12.1)
    assert now.tells("30 days", "return", 9.9, 10.3)
    assert now.tells("60 days", "return", 9.9, 10.3)
    assert now.tells("30 days", "return", 21, 21.1), "after the phase it is as before"


def test_after_a_shift_it_stays_changed() -> None:
    assert pages(shift=True).tells("60 days", "return", 21, 21.1)


def test_good_hours_and_bad_ones_take_turns() -> None:
    lapses = Lapses(3, 2.0, 600.0, 6000.0)
    levels = [lapses.at(float(second)) for second in range(0, 6000, 10)]
    assert 0.3 < sum(level > 0 for level in levels) / len(levels) < 0.7
    assert all(1.7 <= level <= 2.3 for level in levels if level)
    changes = sum((a > 0) != (b > 0) for a, b in pairwise(levels))
    assert 7 <= changes <= 13
    assert [Lapses(4, 2.0, 600.0, 6000.0).at(float(s)) for s in range(0, 6000, 10)] != levels


def test_a_lapse_is_felt_by_ordinary_customers_alone() -> None:
    times = [number / 20 for number in range(2000)]
    good, bad = (book(5, times, lambda _: 0.4, 0.35, 0.7, lapse=lambda _, by=by: by) for by in (0.0, 2.5))

    def helped(chats: list[Any], difficult: bool) -> float:
        some = [chat.solvable for chat in chats if chat.complex is difficult]
        return sum(some) / len(some)

    assert helped(good, False) - helped(bad, False) > 0.1
    assert helped(good, True) == pytest.approx(helped(bad, True), abs=0.02)
