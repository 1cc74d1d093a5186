from typing import Any

import pytest

from labs.actions.ask import AskRequest, ask, asked
from labs.base.errors import UsageProblem
from labs.engagement.engagement import Engagement


def test_what_was_given_away_is_remembered(engagement: Engagement) -> None:
    said = ask(AskRequest(engagement, "Kuhn", "how many sessions may we open?"))
    assert (said.person, said.answered) == ("dieter", True)
    assert Engagement.load(engagement.folder).revealed == ["session-limit"]


@pytest.mark.parametrize("question", ["", "  "])
def test_no_question_is_asked_back(engagement: Engagement, question: str) -> None:
    with pytest.raises(UsageProblem, match="what do you want to ask Dieter Kuhn"):
        ask(AskRequest(engagement, "dieter", question))


def test_how_things_stand(engagement: Engagement) -> None:
    ask(AskRequest(engagement, "Kuhn", "how many sessions may we open?"))
    ask(AskRequest(engagement, "lena", "who orders at night?"))
    found, of_lena = asked(engagement), asked(engagement, "Brandt")
    assert [(one.person, one.asked) for one in found.people] == [("lena", 1), ("dieter", 1)]
    assert found.budget is not None
    assert (found.budget.minutes, found.budget.left, len(found.questions)) == (90, 77, 2)
    assert [one.person for one in of_lena.questions] == ["lena"]


@pytest.mark.parametrize(("more", "why"), [({"meaning": 1}, "has not asked what"), ({"accept": True}, "that is open")])
def test_nothing_to_choose_or_to_answer(engagement: Engagement, more: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageProblem, match=why):
        ask(AskRequest(engagement, "dieter", **more))


def test_nobody_of_that_name(engagement: Engagement) -> None:
    with pytest.raises(UsageProblem, match="nobody here is called 'dietr'"):
        ask(AskRequest(engagement, "dietr", "how?"))
