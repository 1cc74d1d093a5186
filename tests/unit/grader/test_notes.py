"""Good notes in many styles: what a note must have is found in all of them, and nobody is told off who wrote well."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from grader.brief import note as judged
from grader.brief.parts import Reading
from grader.brief.truth import Truth
from scenarios.brief import read
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.placeholders import expand
from scenarios.variants import LIBRARY

NOTES = yaml.safe_load(Path(__file__).with_name("notes.yaml").read_text("utf-8"))
IMPACT = {
    "promise-dates": "{loss: {number: 7206, unit: EUR/h}, night: {number: 121, unit: orders}}",
    "phantom-stock": (
        "{loss: {number: 229, unit: EUR/h}, porto: {number: 1553, unit: scans}, cases: {number: 7, unit: SKUs}}"
    ),
    "the-shock": '{loss: {number: 31.8, unit: EUR}, defaults: {number: 26.2, unit: "%"}}',
    "eighty-five-resolved": (
        '{resolved: {number: 73.8, unit: "%"}, cost: {number: 4.60, unit: EUR/chat}, seats: {number: 30, unit: agents}}'
    ),
}
LARGEST = {
    "promise-dates": "wrong-quantities",
    "phantom-stock": "letters-unread",
    "the-shock": "lost-incomes",
    "eighty-five-resolved": "kept-too-much",
}


@cache
def scenario(slug: str) -> Scenario:
    return load(LIBRARY / slug)


def missed(slug: str, text: str) -> set[str]:
    """The parts of a note that are missed, with the numbers that its writer found."""
    known, cause = scenario(slug), LARGEST[slug]
    assert known.brief is not None
    told = f"claims: {{{cause}: {{share: 60 %}}}}\nimpact: {IMPACT[slug]}\nask: {{what: agree}}\n"
    brief, _, problems = read(told)
    assert brief is not None, problems
    brief = brief.model_copy(update={"note": text})
    true = Truth({cause: 1.0}, {}, frozenset(), 1, 0)
    reading = Reading(brief, known.brief, known, expand(brief, known))
    return {part.name for part in judged.judge(reading, true, 15) if part.missed}


@pytest.mark.parametrize(("slug", "number"), [(slug, n) for slug, some in NOTES.items() for n in range(len(some))])
def test_a_good_note_misses_nothing(slug: str, number: int) -> None:
    assert missed(slug, NOTES[slug][number]) == set()


@pytest.mark.parametrize("slug", NOTES)
def test_another_number_is_none_of_the_brief(slug: str) -> None:
    assert missed(slug, f"We lose 15,000,000 yen: {{cause:{LARGEST[slug]}}}.") == {"note: number"}
    assert missed(slug, "We lose much. It is bad.") == {"note: number", "note: cause"}
