"""How people are understood: each by twenty ways to ask for each fact that they know, and twenty foreign questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from labs.engagement.hearing import Depth, Heard, Hearing
from scenarios import people
from scenarios.variants import LIBRARY

ASKED = Path(__file__).with_name("asked")
HALVES = ("tuning", "held out")


@dataclass(frozen=True)
class Asked:
    """A question, what it is about (None: nothing that this person knows), and which half it is in."""

    half: str
    fact: str | None
    question: str


@cache
def hearing(slug: str) -> Hearing:
    known = people.load(LIBRARY / slug)
    assert known is not None
    return Hearing(known)


@cache
def corpus(slug: str) -> dict[str, tuple[Asked, ...]]:
    """By person. Every other question of a list is for tuning."""
    read = yaml.safe_load((ASKED / f"{slug}.yaml").read_text("utf-8"))
    return {person: tuple(_questions(said)) for person, said in read.items()}


def _questions(said: dict[str, Any]) -> Iterator[Asked]:
    for fact, questions in (*said["asked"].items(), (None, said["foreign"])):
        assert len(questions) == 20
        yield from (Asked(HALVES[index % 2], fact, question) for index, question in enumerate(questions))


PEOPLE = [(file.stem, person) for file in sorted(ASKED.glob("*.yaml")) for person in corpus(file.stem)]


def figures(slug: str, person: str, half: str) -> dict[str, float]:
    """Shares: told at once, told or offered when asking back; of foreign questions: told, asked back."""
    heard = [(one, hearing(slug).hear(person, one.question)) for one in corpus(slug)[person] if one.half == half]
    own = [(one, said) for one, said in heard if one.fact is not None]
    foreign = [said for one, said in heard if one.fact is None]
    return {
        "direct": sum(said.facts == (one.fact,) for one, said in own) / len(own),
        "reached": sum(one.fact in said.facts for one, said in own) / len(own),
        "another": sum(len(said.facts) == 1 and one.fact not in said.facts for one, said in own) / len(own),
        "foreign told": sum(len(said.facts) == 1 for said in foreign) / len(foreign),
        "foreign asked back": sum(len(said.facts) > 1 for said in foreign) / len(foreign),
    }


def test_everybody_has_a_corpus() -> None:
    known = {slug: people.load(LIBRARY / slug) for slug, _ in PEOPLE}
    assert {path.parent.name for path in LIBRARY.glob("*/people.yaml")} == set(known)
    for slug, book in known.items():
        assert book is not None
        asked = {(person, one.fact) for person, questions in corpus(slug).items() for one in questions if one.fact}
        assert asked == {(person, fact) for person, fact, _ in book.facts()}


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize(("slug", "person"), PEOPLE)
def test_questions_reach_their_fact_and_foreign_ones_none(slug: str, person: str, half: str) -> None:
    found = figures(slug, person, half)
    assert found["reached"] >= 0.9, found
    assert found["another"] <= 0.06, found
    assert found["foreign told"] == 0, found


@pytest.mark.parametrize(
    ("slug", "person", "question", "fact"),
    [
        # What earlier tests asked, before there were phrasings.
        ("promise-dates", "dieter", "How many sessions may we open at once?", "session-limit"),
        ("promise-dates", "dieter", "How long does a token live?", "session-life"),
        ("promise-dates", "dieter", "Are purchase orders made twice when we retry?", "late-order"),
        ("promise-dates", "dieter", "What happens during the night?", "night-run"),
        ("promise-dates", "dieter", "In which format is Menge?", "numbers"),
        ("promise-dates", "dieter", "Could I read several articles in one bulk call?", "bulk"),
        ("promise-dates", "dieter", "Where do I put the file?", "file-orders"),
        ("promise-dates", "dieter", "Why is it slow?", "slow-calls"),
        ("promise-dates", "lena", "How old may a date be before I flag it as stale?", "mark-all"),
        ("promise-dates", "lena", "What does a duplicate cost?", "worst-loss"),
        ("phantom-stock", "marta", "What does a short pick cost you?", "short-cost"),
        ("phantom-stock", "marta", "Was the new model ever used without trouble?", "since-model"),
        ("phantom-stock", "marta", "How fresh must stock be?", "half-an-hour"),
        ("phantom-stock", "marta", "Who works through what we reject?", "by-hand"),
        ("phantom-stock", "ilya", "Are these cases or pieces?", "labels"),
        ("phantom-stock", "ilya", "Why is the same scan there twice?", "sent-twice"),
        ("phantom-stock", "ilya", "Which encoding does Porto write?", "porto-format"),
        ("phantom-stock", "ilya", "Do files arrive late?", "late-files"),
        ("phantom-stock", "ilya", "What is 9999?", "placeholder"),
        ("phantom-stock", "ilya", "Which time zone is the WMS in?", "halifax-clock"),
        ("phantom-stock", "ilya", "May we open a session for every poll?", "logins"),
        ("phantom-stock", "ilya", "What belongs into the intake book?", "intake-book"),
        ("the-shock", "helena", "What does a default cost?", "loan-worth"),
        ("the-shock", "helena", "Could we just decline everybody for now?", "why-not-stop"),
        ("the-shock", "helena", "Since when do you see losses?", "since-summer"),
        ("the-shock", "paul", "Why is the performance report pending, how late are labels?", "label-lag"),
        ("the-shock", "paul", "What must be on record before a challenger decides?", "gate"),
        ("the-shock", "paul", "What does PSI see?", "what-psi-sees"),
        ("the-shock", "paul", "May I learn only from loans that the new model approved?", "declined"),
        ("the-shock", "ruth", "What happens to arrears when there is a payment holiday?", "holidays-mask"),
        ("the-shock", "ruth", "Is there an early sign, such as the first instalment?", "early-arrears"),
        ("eighty-five-resolved", "ines", "How do you know that a chat was resolved?", "silence"),
        ("eighty-five-resolved", "ines", "Would a warmer prompt help?", "not-the-tone"),
        ("eighty-five-resolved", "ines", "Which cases are hard?", "what-is-hard"),
        ("eighty-five-resolved", "raj", "What does an agent cost?", "what-it-costs"),
        ("eighty-five-resolved", "raj", "Which threshold should we take?", "threshold-is-a-price"),
        ("eighty-five-resolved", "tomasz", "How many seats are there?", "seats-in-the-sale"),
        ("eighty-five-resolved", "tomasz", "How long is the queue?", "queues-remember"),
        ("eighty-five-resolved", "tomasz", "What is missing in our packet?", "what-a-packet-needs"),
    ],
)
def test_what_earlier_tests_asked(slug: str, person: str, question: str, fact: str) -> None:
    assert fact in hearing(slug).hear(person, question).facts


@pytest.mark.parametrize(
    "question", ["", "?!", "hello", "What is going on here?", "Could you help me, please?", "anything?"]
)
def test_an_open_question_is_open(question: str) -> None:
    assert hearing("promise-dates").hear("dieter", question) == Heard(Depth.OPEN)


@pytest.mark.parametrize("question", ["licence", "licence?", "Tell me about the licence.", "the licence, please",
                                      "session limit licence token concurrent parallel"])  # fmt: skip
def test_keywords_are_vague(question: str) -> None:
    assert hearing("promise-dates").hear("dieter", question).depth is Depth.VAGUE


def test_every_word_of_a_subject_alone_tells_no_fact() -> None:
    for slug, _ in PEOPLE:
        book = people.load(LIBRARY / slug)
        assert book is not None
        for person, fact, known in book.facts():
            for word in known.words:
                heard = hearing(slug).hear(person, word)
                assert heard.depth is not Depth.POINTED or len(heard.facts) != 1, (slug, person, fact, word)


def test_an_authors_own_phrasings_are_understood() -> None:
    for slug, _ in PEOPLE:
        book = people.load(LIBRARY / slug)
        assert book is not None
        lost = [(fact, text) for person, fact, known in book.facts() for text in known.asked
                if fact not in hearing(slug).hear(person, text).facts]  # fmt: skip
        assert not lost


def test_a_question_for_somebody_else_is_sent_there() -> None:
    assert hearing("promise-dates").hear("lena", "how many sessions does the licence allow?").elsewhere == "dieter"


def test_accents_and_case_do_not_matter() -> None:
    heard = hearing("promise-dates").hear("dieter", "HOW MANY SESSIÖNS MAY WE ÖPEN AT ONCE")
    assert heard.facts == ("session-limit",)


@given(st.text(max_size=600))
def test_whatever_is_asked_is_heard_the_same_each_time(question: str) -> None:
    first, again = (hearing("promise-dates").hear("dieter", question) for _ in range(2))
    assert first == again
    assert len(first.facts) <= 2
