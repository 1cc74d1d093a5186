from pathlib import Path

import pytest

from labs.base.errors import UsageProblem
from labs.engagement.engagement import Engagement, begin
from labs.engagement.people import ask, reply
from labs.library.catalogue import Entry


@pytest.mark.parametrize("name", ["dieter", "Dieter", "KUHN", "Dieter Kuhn"])
def test_people_are_found_by_any_of_their_names(entry: Entry, name: str) -> None:
    assert reply(entry.scenario, name, "hello").name == "Dieter Kuhn"


def test_an_unknown_person_names_those_that_there_are(entry: Entry) -> None:
    with pytest.raises(UsageProblem, match="did you mean 'dieter'") as caught:
        reply(entry.scenario, "deiter", "hello")
    assert "lena (Head of Sales)" in (caught.value.remedy or "")


def test_words_count_in_any_form_and_case(entry: Entry) -> None:
    for question in ("How many SESSIONS may we open?", "is there a licence-limit", "concurrently?"):
        assert reply(entry.scenario, "dieter", question).reveals == "erp-sessions"


def test_a_question_without_a_known_word_gets_no_fact(entry: Entry) -> None:
    said = reply(entry.scenario, "lena", "obsession?")
    assert not said.answered
    assert said.reveals is None
    assert "What I care about" in said.says


def test_what_was_revealed_is_remembered_once(entry: Entry, tmp_path: Path) -> None:
    engagement, _ = begin(entry, tmp_path / "mine", "auto")
    for _ in range(2):
        assert ask(engagement, "dieter", "how many sessions?").answered
    assert Engagement.load(engagement.folder).revealed == ["erp-sessions"]
