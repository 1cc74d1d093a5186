import pytest

from labs.actions.ask import AskRequest, ask
from labs.base.errors import UsageProblem
from labs.engagement.engagement import Engagement


def test_what_was_given_away_is_remembered(engagement: Engagement) -> None:
    said = ask(AskRequest(engagement, "Kuhn", "how many sessions?"))
    assert (said.person, said.answered) == ("dieter", True)
    assert Engagement.load(engagement.folder).revealed == ["erp-sessions"]


@pytest.mark.parametrize("question", ["", "  "])
def test_no_question_is_asked_back(engagement: Engagement, question: str) -> None:
    with pytest.raises(UsageProblem, match="what do you want to ask Dieter Kuhn"):
        ask(AskRequest(engagement, "dieter", question))


def test_nobody_of_that_name(engagement: Engagement) -> None:
    with pytest.raises(UsageProblem, match="nobody here is called 'dietr'"):
        ask(AskRequest(engagement, "dietr", "how?"))
