"""What the scenario ships agrees with itself, with the customers' parts, and with the numbers that it tells."""

import csv
import re

import pytest
import yaml

from scenarios.loader import load
from scenarios.variants import LIBRARY
from simulator.workloads.chat_phrases import COMPLAINTS, THANKS, TOPICS
from tests.scenarios.eighty_five_resolved import chat_log

FOLDER = LIBRARY / "eighty-five-resolved"
SCENARIO = load(FOLDER)
WORKSPACE = FOLDER / "workspace"
LOG = list(csv.DictReader((WORKSPACE / "data/chats-2026-02.csv").read_text("utf-8").splitlines()))
KEPT = [row for row in LOG if row["ended"] != "agent"]


def share(rows: list[dict[str, str]], column: str, value: str) -> float:
    """Of these rows, how many have that value."""
    return sum(row[column] == value for row in rows) / len(rows)


def test_the_bots_articles_are_those_that_help() -> None:
    config = yaml.safe_load((WORKSPACE / "config/bot.yaml").read_text("utf-8"))
    assert config["articles"] == {name: topic.article for name, topic in TOPICS.items()}


def test_customers_complain_and_thank_in_words_that_the_bot_knows() -> None:
    known = (WORKSPACE / "app/chats.py").read_text("utf-8")
    words = re.findall(r'"([^"]+)"', re.findall(r"COMPLAINTS = (\(.*?\))", known)[0])
    thanks = re.findall(r'"([^"]+)"', re.findall(r"THANKS = (\(.*?\))", known)[0])
    assert all(any(word in text.lower() for word in words) for text in COMPLAINTS)
    assert all(any(word in text.lower() for word in thanks) for text in THANKS)


def test_the_desk_asks_for_what_its_description_says() -> None:
    described = re.findall(r"^\| `(\w+)` \|", (WORKSPACE / "docs/service-desk.md").read_text("utf-8"), re.MULTILINE)
    assert set(described) == set(SCENARIO.site["desk"].with_["needs"])


class TestTheLog:
    def test_it_is_what_became_of_the_workloads_customers(self) -> None:
        made = chat_log.text(200)
        assert (WORKSPACE / "data/chats-2026-02.csv").read_text("utf-8").startswith(made)

    def test_the_dashboard_counts_the_silent(self) -> None:
        assert 1 - share(KEPT, "ended", "complained") == pytest.approx(0.84, abs=0.01)
        assert share(KEPT, "contacted_again", "no") == pytest.approx(0.75, abs=0.01)

    def test_confidence_is_high_whatever_comes_of_it(self) -> None:
        for came, at_least in (("no", 0.96), ("yes", 0.94)):
            sure = [float(row["confidence"]) for row in KEPT if row["contacted_again"] == came]
            assert sum(sure) / len(sure) > at_least

    def test_the_longer_a_message_the_less_the_model_helps_and_it_hardly_notices(self) -> None:
        by_length = sorted(KEPT, key=lambda row: len(row["first_message"]))
        short, long = by_length[:1000], by_length[-1000:]
        assert share(long, "contacted_again", "yes") > 3 * share(short, "contacted_again", "yes")
        sure = [sum(float(row["confidence"]) for row in rows) / 1000 for rows in (short, long)]
        assert sure[0] - sure[1] < 0.05

    def test_some_days_are_worse_than_others_and_no_message_says_so(self) -> None:
        days: dict[str, list[bool]] = {}
        for row in KEPT:
            days.setdefault(row["began_at"][:10], []).append(row["contacted_again"] == "yes")
        shares = sorted(sum(day) / len(day) for day in days.values())
        assert shares[-4] - shares[3] > 0.08

    def test_stars_come_from_the_happy(self) -> None:
        stars = [int(row["stars"]) for row in LOG if row["stars"]]
        assert sum(stars) / len(stars) > 4.1
