"""The customer's people: what they answer to a question."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

from labs.base.errors import UsageProblem
from labs.engagement.engagement import Engagement
from scenarios.model import Answer, Person, Scenario


@dataclass(frozen=True)
class Reply:
    """What somebody said."""

    person: str
    """Their name in the scenario."""
    name: str
    role: str
    says: str
    answered: bool
    """False: the question held none of the words that they know an answer to."""
    reveals: str | None = None


def person(scenario: Scenario, name: str) -> tuple[str, Person]:
    """The person meant by a name of the scenario, or by a first or last name. Raises `UsageProblem`."""
    wanted = _plain(name)
    for key, one in scenario.people.items():
        if wanted in (_plain(key), _plain(one.name), *map(_plain, one.name.split())):
            return key, one
    near = get_close_matches(wanted, scenario.people, n=1)
    people = ", ".join(f"{key} ({one.role})" for key, one in scenario.people.items())
    raise UsageProblem(
        f"nobody here is called {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
        f"there are: {people}" if people else "this engagement has no people to ask",
    )


def reply(scenario: Scenario, name: str, question: str) -> Reply:
    """What they answer: the answer with the most of its words in the question, the earlier one where two tie."""
    key, one = person(scenario, name)
    words = _plain(question)
    best = max(one.answers, key=lambda answer: _hits(answer, words), default=None)
    if best is None or not _hits(best, words):
        return Reply(key, one.name, one.role, _shrug(one), answered=False)
    return Reply(key, one.name, one.role, best.says, True, best.reveals)


def ask(engagement: Engagement, name: str, question: str) -> Reply:
    """Ask somebody, and remember what they gave away."""
    said = reply(engagement.entry().scenario, name, question)
    if said.reveals:
        with engagement.changing():
            if said.reveals not in engagement.revealed:
                engagement.revealed.append(said.reveals)
    return said


def _hits(answer: Answer, question: str) -> int:
    """How many of the answer's words the question holds, each as the begin of a word: `session` finds `sessions`."""
    return sum(bool(re.search(rf"\b{re.escape(_plain(word))}", question)) for word in answer.ask)


def _plain(text: str) -> str:
    """Lower case without accents, so that a keyboard without them can ask too."""
    spread = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(c for c in spread if not unicodedata.combining(c))


def _shrug(one: Person) -> str:
    """What somebody says who does not know: it points to what they do care about."""
    cares = f" What I care about: {one.cares.rstrip('.')}." if one.cares else ""
    return f"I am not sure what you mean. Ask me about something that I know.{cares}"
