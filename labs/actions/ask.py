"""Ask a person of the customer, say what was meant, and answer what they ask for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labs.base.errors import UsageProblem

if TYPE_CHECKING:
    from labs.engagement.asked import Budget, Question
    from labs.engagement.engagement import Engagement
    from labs.engagement.people import Reply, Somebody


@dataclass(frozen=True)
class AskRequest:
    """A question, or what the learner says to what was asked back or asked for: one of them."""

    engagement: "Engagement"
    person: str
    """Their name in the scenario, or their first or last name."""
    question: str = ""
    meaning: int | None = None
    """Which of the things was meant that the person asked back about, from 1."""
    accept: bool | None = None
    """Whether what the person asked for is agreed to, or refused."""


@dataclass(frozen=True)
class Asked:
    """Who can be asked, what was asked of them, and what time they have left."""

    people: "tuple[Somebody, ...]"
    questions: "tuple[Question, ...]"
    budget: "Budget | None"
    """None: nobody can be asked."""


def ask(request: AskRequest) -> "Reply":
    """Return what the person answers; it is remembered with what they give away and what it cost.

    Raises `UsageProblem` where nobody is called that, nothing is asked, or there is nothing to choose or to answer.
    """
    from labs.engagement import people

    engagement = request.engagement
    if request.accept is not None:
        return people.answer_request(engagement, request.person, request.accept)
    if request.meaning is not None:
        return people.choose(engagement, request.person, request.meaning)
    if not request.question.strip():
        key, one = people.person(engagement.entry().scenario, request.person)
        raise UsageProblem(f"what do you want to ask {one.name}?", f'fdelab ask {key} "how …?"')
    return people.ask(engagement, request.person, request.question)


def asked(engagement: "Engagement", person: str | None = None) -> Asked:
    """How things stand; with `person`, only what they were asked. Raises `UsageProblem` where nobody is called that."""
    from labs.engagement import people

    questions = people.questions(engagement)
    if person is not None:
        key, _ = people.person(engagement.entry().scenario, person)
        questions = tuple(one for one in questions if one.person == key)
    return Asked(people.somebodies(engagement), questions, people.time_left(engagement))
