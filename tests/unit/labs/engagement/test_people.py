"""Asking people: what it costs, what it takes, what they ask back and ask for, and what is remembered."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from labs.base.errors import ScenarioProblems, UsageProblem
from labs.engagement import people
from labs.engagement.asked import Budget, Question, budget
from labs.engagement.engagement import Engagement, begin
from labs.engagement.people import Kind, answer_request, ask, choose, looked_back, person, questions, somebodies
from labs.library.catalogue import Entry
from scenarios.people import Time

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LIMIT = "how many sessions may we open?"


@pytest.fixture
def mine(entry: Entry, tmp_path: Path) -> Engagement:
    made, _ = begin(entry, tmp_path / "mine", "auto")
    return made


@pytest.mark.parametrize("name", ["dieter", "Dieter", "KUHN", "Dieter Kuhn"])
def test_people_are_found_by_any_of_their_names(entry: Entry, name: str) -> None:
    assert person(entry.scenario, name)[1].name == "Dieter Kuhn"


def test_an_unknown_person_names_those_that_there_are(entry: Entry) -> None:
    with pytest.raises(UsageProblem, match="did you mean 'dieter'") as caught:
        person(entry.scenario, "deiter")
    assert "lena (Head of Sales)" in (caught.value.remedy or "")


def test_a_pointed_question_gets_the_fact_and_costs_time(mine: Engagement) -> None:
    said = ask(mine, "dieter", LIMIT, NOON)
    assert (said.kind, said.reveals, said.minutes, said.left) == (Kind.TOLD, "session-limit", 8, 82)
    assert "Two sessions" in said.says
    kept = Engagement.load(mine.folder)
    assert kept.revealed == ["session-limit"]
    assert [(one.person, one.question, one.minutes, one.reveals) for one in questions(kept)] == [
        ("dieter", LIMIT, 8, "session-limit")
    ]


def test_a_keyword_gets_no_specification(mine: Engagement) -> None:
    said = ask(mine, "dieter", "sessions?", NOON)
    assert said.kind in (Kind.VAGUE, Kind.EITHER)
    assert not said.answered
    assert "Two" not in said.says
    assert Engagement.load(mine.folder).revealed == []


def test_an_open_question_raises_some_topics(mine: Engagement) -> None:
    said = ask(mine, "dieter", "what is going on?", NOON)
    assert said.kind is Kind.TOPICS
    assert "the licence, locked users, sessions or the night" in said.says
    ask(mine, "dieter", LIMIT, NOON)
    assert "the licence" not in ask(mine, "dieter", "what is going on?", NOON).says, "what was told is not raised first"


def test_what_nobody_knows_is_nobodys(mine: Engagement) -> None:
    said = ask(mine, "lena", "do you own a parrot?", NOON)
    assert (said.kind, said.reveals) == (Kind.UNSURE, None)
    assert "Dieter Kuhn may know" in ask(mine, "lena", "how many sessions does the licence allow?", NOON).says


def test_a_fact_may_need_another(mine: Engagement) -> None:
    question = "how long does a lock-out of the account last?"
    assert ask(mine, "dieter", question, NOON).kind is Kind.WITHHELD, "nothing shows that the limit is known"


def test_a_fact_that_needs_another_is_told_once_that_is_known(mine: Engagement) -> None:
    ask(mine, "dieter", LIMIT, NOON)
    said = ask(mine, "dieter", "how long is our user banned after refusals?", NOON)
    assert said.reveals == "lock-out"


def test_what_the_learner_has_seen_opens_a_fact_too(mine: Engagement) -> None:
    assert ask(mine, "dieter", "why do we see KENNUNG_GESPERRT, is our user locked?", NOON).reveals == "lock-out"


def test_trust_is_earned_by_facts(mine: Engagement) -> None:
    question = "can I read the stock of many articles in one call?"
    assert ask(mine, "dieter", question, NOON).kind is Kind.WITHHELD
    ask(mine, "dieter", LIMIT, NOON)
    assert ask(mine, "dieter", question, NOON).reveals == "bulk"


def test_what_was_told_before_costs_nothing(mine: Engagement) -> None:
    ask(mine, "dieter", LIMIT, NOON)
    said = ask(mine, "dieter", LIMIT, NOON)
    assert (said.kind, said.minutes, said.left) == (Kind.AGAIN, 0, 82)
    assert Engagement.load(mine.folder).revealed == ["session-limit"]


def either(mine: Engagement) -> people.Reply:
    said = ask(mine, "dieter", "when do we order articles in the warehouse?", NOON)
    assert said.kind is Kind.EITHER, said
    return said


def test_a_person_asks_back_and_the_choice_is_free(mine: Engagement) -> None:
    said = either(mine)
    first, second = said.choices
    assert said.says == f"Do you mean {first.means}, or {second.means}?"
    told = choose(mine, "dieter", 1, NOON)
    assert (told.minutes, told.left) == (0, 82)
    assert told.kind in (Kind.TOLD, Kind.WITHHELD)
    with pytest.raises(UsageProblem, match="has not asked what you mean"):
        choose(mine, "dieter", 2, NOON)


def test_only_what_was_offered_can_be_chosen(mine: Engagement) -> None:
    either(mine)
    with pytest.raises(UsageProblem, match="3 is not one of 1 to 2"):
        choose(mine, "dieter", 3, NOON)
    with pytest.raises(UsageProblem, match="Lena Brandt has not asked"):
        choose(mine, "lena", 1, NOON)


def test_time_is_spent_and_comes_back(mine: Engagement) -> None:
    for number in range(11):
        said = ask(mine, "dieter", f"do you own {number} parrots?", NOON)
    assert said.left == 2
    assert ask(mine, "dieter", "do you own more parrots?", NOON).minutes == 2, "no more than there is"
    busy = ask(mine, "lena", "who orders at night?", NOON)
    assert (busy.kind, busy.reveals, busy.minutes) == (Kind.BUSY, None, 0)
    assert (NOON + timedelta(minutes=20)).astimezone().strftime("%H:%M") in busy.says
    assert len(questions(mine)) == 12, "what nobody had time for was not asked"
    later = ask(mine, "lena", "who orders at night?", NOON + timedelta(minutes=20))
    assert (later.reveals, later.left) == ("night-orders", 85)


def test_a_request_comes_up_and_is_answered_once(mine: Engagement) -> None:
    wishes = [ask(mine, "lena", f"do you own {number} parrots?", NOON).request for number in range(5)]
    assert [bool(wish) for wish in wishes] == [False, False, False, True, False]
    assert [one.request for one in somebodies(mine)] == [wishes[3], None]
    said = answer_request(mine, "lena", False, NOON)
    assert (said.kind, said.minutes) == (Kind.REPLIED, 0)
    assert Engagement.load(mine.folder).requests == {"lena": "refuse"}
    with pytest.raises(UsageProblem, match="nothing of you that is open"):
        answer_request(mine, "lena", True, NOON)


def test_who_asked_for_nothing_cannot_be_answered(mine: Engagement) -> None:
    with pytest.raises(UsageProblem, match="nothing of you that is open"):
        answer_request(mine, "dieter", True, NOON)


def test_a_question_has_an_end(mine: Engagement) -> None:
    with pytest.raises(UsageProblem, match="nobody listens to 601 characters"):
        ask(mine, "dieter", "a" * 601, NOON)


def test_questions_have_an_end(mine: Engagement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_ASKED", 2)
    for _ in range(2):
        ask(mine, "dieter", LIMIT, NOON)
    with pytest.raises(UsageProblem, match="2 questions were asked here"):
        ask(mine, "dieter", LIMIT, NOON)


def test_a_record_that_somebody_spoilt_is_passed_over(mine: Engagement) -> None:
    ask(mine, "dieter", LIMIT, NOON)
    mine.asked += [{"at": "noon"}, {"person": "dieter"}]
    assert [one.question for one in questions(mine)] == [LIMIT]


def test_what_was_asked_is_told(mine: Engagement) -> None:
    ask(mine, "dieter", LIMIT, NOON)
    ask(mine, "lena", "do you own a parrot?", NOON)
    found = looked_back(mine)
    assert found is not None
    assert (len(found.questions), found.minutes, found.revealed, found.facts) == (2, 13, 1, 16)
    assert found.to_json()["questions"][0]["reveals"] == "session-limit"


def test_without_people_nobody_can_be_asked(folder: Path, mine: Engagement) -> None:
    (folder / "people.yaml").unlink()
    with pytest.raises(UsageProblem, match="Lena Brandt cannot be asked"):
        ask(mine, "lena", LIMIT, NOON)
    assert (somebodies(mine), people.time_left(mine), looked_back(mine)) == ((), None, None)


def test_broken_people_are_an_authors_mistake(folder: Path, mine: Engagement) -> None:
    (folder / "people.yaml").write_text("people: 3\n", "utf-8")
    with pytest.raises(ScenarioProblems):
        ask(mine, "lena", LIMIT, NOON)


def asked(minutes: int, at: datetime) -> Question:
    return Question(at.isoformat(), "dieter", "?", "unsure", "", minutes)


def test_a_budget_counts_a_stretch_at_a_time() -> None:
    time = Time(minutes=10, again=5)
    spent = [asked(4, NOON), asked(6, NOON + timedelta(minutes=1))]
    again = NOON + timedelta(minutes=6)
    assert budget(time, spent[:1], NOON) == Budget(10, 6)
    assert budget(time, spent, NOON + timedelta(minutes=2)) == Budget(10, 0, again)
    assert budget(time, spent, again) == Budget(10, 10)
    assert budget(time, [*spent, asked(3, again)], again) == Budget(10, 7)
