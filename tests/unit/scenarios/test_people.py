"""What people know: its shape, its schema, and what lint says of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from scenarios.loader import examine
from scenarios.people import PEOPLE, load
from scenarios.schemas import schema
from scenarios.variants import LIBRARY, TEMPLATE, content_hash
from scenarios.vocabulary import Vocabulary


def knowledge(**more: Any) -> dict[str, Any]:
    asked = ["what does it cost", "how much is it", "the price in euros"]
    facts = {
        "topic": "cost",
        "words": ["cost"],
        "means": "what it costs",
        "asked": asked,
        "vague": "Much.",
        "says": "45.",
    }
    return facts | more


def book(**more: Any) -> dict[str, Any]:
    wish = {"when": 1, "asks": "Lie?", "accept": "Good.", "refuse": "Right.", "why": "Lies are found out."}
    lena = {"attitude": "busy", "opens": "{topics}", "unsure": "{topics}", "busy": "{time}", "request": wish,
            "answers": {"price": knowledge()}}  # fmt: skip
    untold = [{"fact": "It rains", "checks": ["answers"], "words": ["rains"], "found": {"table": "requests"}}]
    return {"people": {"lena": lena}, "untold": untold} | more


@pytest.fixture
def told(write: Callable[..., Path], vocabulary: Vocabulary) -> Callable[[dict[str, Any]], list[str]]:
    """What lint says of the people."""

    def lint(people: dict[str, Any]) -> list[str]:
        file = write()
        (file.parent / PEOPLE).write_text(yaml.safe_dump(people), "utf-8")
        return [str(problem) for problem in examine(file, vocabulary)[1] if PEOPLE in str(problem)]

    return lint


def lena(**more: Any) -> dict[str, Any]:
    made = book()
    made["people"]["lena"] |= more
    return made


def facts(**known: dict[str, Any]) -> dict[str, Any]:
    return lena(answers=known)


def untold(**more: Any) -> dict[str, Any]:
    return book(untold=[book()["untold"][0] | more])


GATED = {"until": "Not yet."}


def test_what_is_right_is_not_complained_about(told: Callable[[dict[str, Any]], list[str]]) -> None:
    assert told(book()) == []


@pytest.mark.parametrize(
    ("people", "message"),
    [
        (book(people={"lean": lena()["people"]["lena"]}), "unknown person 'lean'"),
        (book(untold=[]), "everything that the checks need is told"),
        (lena(request=None), "nobody asks the learner for anything"),
        (facts(price=knowledge(words=["?!"])), "has no word in it"),
        (facts(price=knowledge(vague="It is 45. of course")), "says the whole fact"),
        (facts(price=knowledge(until="Later.")), "`needs` and `until` belong together"),
        (facts(price=knowledge(needs={"shows": ["x"]}, **GATED)), "needs `facts` or `trust`"),
        (facts(price=knowledge(needs={"facts": ["prize"]}, **GATED)), "unknown fact 'prize'"),
        (facts(price=knowledge(needs={"facts": ["price"]}, **GATED)), "needs itself, by a circle"),
        (facts(price=knowledge(needs={"trust": 1}, **GATED)), "lena has only 0 facts that need nothing"),
        (facts(price=knowledge(says="It rains")), "lena tells it: price"),
        (untold(checks=["answer"]), "unknown check 'answer'"),
        (untold(found={"table": "request"}), "unknown table 'request'"),
        (untold(found={"file": "nowhere.md"}), "the workspace has no file 'nowhere.md'"),
        (untold(found={}), "needs `file` or `table`"),
        (book(contradictions=[{"between": ["price", "price"], "right": "price", "decided": "x",
                               "found": {"table": "requests"}}]), "is between facts of one person"),
        (book(contradictions=[{"between": ["price", "cost"], "right": "prize", "decided": "x",
                               "found": {"table": "requests"}}]), "unknown fact 'cost'"),
        (book(peopel={}), "unknown key 'peopel'"),
    ],
)  # fmt: skip
def test_rules(told: Callable[[dict[str, Any]], list[str]], people: dict[str, Any], message: str) -> None:
    assert any(message in one for one in told(people)), told(people)


def test_a_circle_can_be_broken_by_evidence(told: Callable[[dict[str, Any]], list[str]]) -> None:
    assert told(facts(price=knowledge(needs={"facts": ["price"], "shows": ["invoice"]}, **GATED))) == []


@pytest.mark.parametrize(
    "folder", [TEMPLATE, *sorted(path.parent for path in LIBRARY.glob(f"*/{PEOPLE}"))], ids=lambda p: p.name
)
def test_the_schema_describes_what_there_is(folder: Path) -> None:
    jsonschema.validate(yaml.safe_load((folder / PEOPLE).read_text("utf-8")), schema("people"))
    assert load(folder) is not None


def test_what_people_know_is_no_part_of_what_a_calibration_is_of(write: Callable[..., Path]) -> None:
    folder = write().parent
    before = content_hash(folder)
    (folder / PEOPLE).write_text(yaml.safe_dump(book()), "utf-8")
    assert content_hash(folder) == before
