"""Ask a person of the customer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labs.base.errors import UsageProblem

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.engagement.people import Reply


@dataclass(frozen=True)
class AskRequest:
    """A question."""

    engagement: "Engagement"
    person: str
    """Their name in the scenario, or their first or last name."""
    question: str


def ask(request: AskRequest) -> "Reply":
    """What the person answers; what they give away is remembered.

    Raises `UsageProblem` where nobody is called that, or nothing is asked.
    """
    from labs.engagement import people

    if not request.question.strip():
        key, one = people.person(request.engagement.entry().scenario, request.person)
        raise UsageProblem(f"what do you want to ask {one.name}?", f'fdelab ask {key} "how …?"')
    return people.ask(request.engagement, request.person, request.question)
