"""The customer's people: what they answer to a question, and what it costs to ask.

Who is asked openly says what to ask about; a vague question gets a vague answer, a pointed one the fact, if what it
needs is known. Where a question may mean two things, the person asks back, and `choose` says which was meant. All of
it goes into the engagement's record (`labs.engagement.asked`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from labs.base.errors import UsageProblem
from labs.base.problems import rendered
from labs.engagement.asked import MOST_ASKED, Budget, Conversation, Question, budget, conversation
from labs.engagement.engagement import Engagement
from scenarios import people as book
from scenarios.model import Person, Scenario
from scenarios.people import Knowledge, Needs, People, Voice, Wish
from scenarios.plain import printable
from scenarios.problems import ScenarioInvalid

if TYPE_CHECKING:
    from labs.engagement.hearing import Heard, Hearing

LONGEST = 600
"""Characters of a question: what one can say in a breath."""


RAISED = 4
"""Topics that a person raises at once."""


class Kind(Enum):
    """What came of a question."""

    TOLD = "told"
    AGAIN = "again"
    """It was told before, and costs nothing."""
    VAGUE = "vague"
    WITHHELD = "withheld"
    """What it needs is not known yet."""
    TOPICS = "topics"
    EITHER = "either"
    """They ask back."""
    UNSURE = "unsure"
    BUSY = "busy"
    REPLIED = "replied"
    """To what the learner said to their request."""


@dataclass(frozen=True)
class Choice:
    """One of the things that a question may have meant."""

    number: int
    """From 1, as `choose` wants it."""
    means: str


@dataclass(frozen=True)
class Reply:
    """What somebody said."""

    person: str
    """Their name in the scenario."""
    name: str
    role: str
    says: str
    kind: Kind
    minutes: int
    """What it cost of the customer's time."""
    left: int
    """Minutes of it that are left."""
    reveals: str | None = None
    choices: tuple[Choice, ...] = ()
    request: str | None = None
    """What they ask of the learner, once: to be accepted or refused."""

    @property
    def answered(self) -> bool:
        """Whether it told a fact."""
        return self.kind in (Kind.TOLD, Kind.AGAIN)


@dataclass(frozen=True)
class Somebody:
    """One person whom the learner can ask."""

    person: str
    name: str
    role: str
    cares: str
    attitude: str
    minutes: int
    """What a question to them costs."""
    asked: int
    """How often they were asked."""
    request: str | None
    """What they ask of the learner, while it is not answered."""


def person(scenario: Scenario, name: str) -> tuple[str, Person]:
    """Return the person meant by a name of the scenario, or by a first or last name. Raises `UsageProblem`."""
    from labs.engagement.hearing import plain

    wanted = plain(name)
    for key, one in scenario.people.items():
        if wanted in (plain(key), plain(one.name), *map(plain, one.name.split())):
            return key, one
    near = get_close_matches(" ".join(wanted), scenario.people, n=1)
    people = ", ".join(f"{key} ({one.role})" for key, one in scenario.people.items())
    raise UsageProblem(
        f"nobody here is called {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
        f"there are: {people}" if people else "this engagement has no people to ask",
    )


def ask(engagement: Engagement, name: str, question: str, now: datetime | None = None) -> Reply:
    """Ask somebody, and remember it. `now` is left out but in tests.

    Raises `UsageProblem` where nobody is called that or can be asked, or the question is too long.
    """
    _bounded(question)
    with engagement.changing():
        room = _Room(engagement, name, now)
        room.has_room()
        if room.budget.again is not None:
            return room.busy()
        heard = room.hearing.hear(room.key, question)
        return room.answer(question, heard)


def choose(engagement: Engagement, name: str, number: int, now: datetime | None = None) -> Reply:
    """Say which of the things was meant that the person asked back about last; it costs no more.

    Raises `UsageProblem` where they did not, or there is no such number.
    """
    with engagement.changing():
        room = _Room(engagement, name, now)
        last = room.own[-1] if room.own else None
        if last is None or not last.offers:
            raise UsageProblem(f"{room.one.name} has not asked what you mean", f'fdelab ask {room.key} "how …?"')
        if not 1 <= number <= len(last.offers):
            raise UsageProblem(f"{number} is not one of 1 to {len(last.offers)}", f"fdelab ask {room.key} --meaning 1")
        fact = last.offers[number - 1]
        return room.pointed(last.question, fact, room.voice.answers[fact], cost=0)


def answer_request(engagement: Engagement, name: str, accept: bool, now: datetime | None = None) -> Reply:
    """Accept or refuse what somebody asked of the learner, for good. Raises `UsageProblem` where they did not."""
    with engagement.changing():
        room = _Room(engagement, name, now)
        if engagement.requests.get(room.key) != "open" or room.voice.request is None:
            raise UsageProblem(f"{room.one.name} has asked nothing of you that is open", "see `fdelab ask`")
        word = "accept" if accept else "refuse"
        engagement.requests[room.key] = word
        said = room.voice.request.accept if accept else room.voice.request.refuse
        return room.note(f"({word}s the request)", Kind.REPLIED, said, 0)


def somebodies(engagement: Engagement) -> tuple[Somebody, ...]:
    """Everybody who can be asked. Raises `ScenarioProblems` where what they know is broken."""
    entry = engagement.entry()
    known, scenario = known_in(entry.folder), entry.scenario
    voices = known.people if known else {}
    counts = [one.person for one in questions(engagement) if one.kind != Kind.REPLIED.value]
    return tuple(
        Somebody(key, scenario.people[key].name, scenario.people[key].role, scenario.people[key].cares or "",
                 voice.attitude, voice.minutes, counts.count(key), _open(engagement, key, voice.request))
        for key, voice in voices.items() if key in scenario.people
    )  # fmt: skip


def time_left(engagement: Engagement, now: datetime | None = None) -> Budget | None:
    """Return the customer's time for questions; None where nobody can be asked. Raises as `somebodies`."""
    known = known_in(engagement.entry().folder)
    return budget(known.time, questions(engagement), now or _now()) if known else None


def looked_back(engagement: Engagement) -> Conversation | None:
    """All that was asked; None where nobody can be asked. Raises as `somebodies`."""
    entry = engagement.entry()
    known = known_in(entry.folder)
    names = {key: one.name for key, one in entry.scenario.people.items()}
    return conversation(known, names, questions(engagement), engagement.requests) if known else None


def questions(engagement: Engagement) -> tuple[Question, ...]:
    """Return the engagement's record, as far as it can be read: its folder is the learner's."""
    found = []
    for one in engagement.asked:
        try:
            found.append(Question.from_json(one))
        except (TypeError, ValueError, KeyError, AttributeError):
            continue
    return tuple(found)


def known_in(folder: Path) -> People | None:
    """Return what people of a scenario know; None where nobody can be asked. Raises `ScenarioProblems`."""
    try:
        return book.load(folder)
    except ScenarioInvalid as invalid:
        raise rendered(invalid) from None


class _Room:
    """One person before the learner, and what was said so far."""

    def __init__(self, engagement: Engagement, name: str, now: datetime | None) -> None:
        entry = engagement.entry()
        self.key, self.one = person(entry.scenario, name)
        self._engagement = engagement
        people = known_in(entry.folder)
        if people is None or self.key not in people.people:
            raise UsageProblem(f"{self.one.name} cannot be asked", "what they wrote is in briefing.md and the inbox")
        self._people = people
        self.voice: Voice = people.people[self.key]
        self._now = now or _now()
        self._asked = questions(engagement)
        self.own = [one for one in self._asked if one.person == self.key and one.kind != Kind.REPLIED.value]
        self.budget = budget(people.time, self._asked, self._now)

    @property
    def hearing(self) -> "Hearing":
        """What this engagement's questions are understood by."""
        return _hearing(self._people.model_dump_json())

    def has_room(self) -> None:
        """Check that one more question is remembered. Raises `UsageProblem` once more was asked than anybody does."""
        if len(self._asked) >= MOST_ASKED:
            raise UsageProblem(f"{MOST_ASKED} questions were asked here; nobody answers more", "start in a new folder")

    def busy(self) -> Reply:
        """There is no time now. Nothing is noted: nothing was asked."""
        again = self.budget.again or self._now
        # Whole minutes, and not before there is time: people read a clock on the wall.
        shown = (again + timedelta(seconds=59)).astimezone().strftime("%H:%M")
        return self._reply(Kind.BUSY, self.voice.busy.replace("{time}", shown), 0, self.budget.left)

    def answer(self, question: str, heard: "Heard") -> Reply:
        """Return what comes of a question, by how it was heard."""
        from labs.engagement.hearing import Depth

        if heard.depth is Depth.OPEN:
            return self.note(question, Kind.TOPICS, self._with_topics(self.voice.opens), self.voice.minutes)
        if not heard.facts:
            return self._lost(question, heard.elsewhere)
        if len(heard.facts) > 1:
            return self._either(question, heard.facts)
        fact = heard.facts[0]
        known = self.voice.answers[fact]
        if heard.depth is Depth.VAGUE and fact not in self._told():
            return self.note(question, Kind.VAGUE, known.vague, self.voice.minutes)
        return self.pointed(question, fact, known, self.voice.minutes)

    def pointed(self, question: str, fact: str, known: Knowledge, cost: int) -> Reply:
        """Return the fact, if it was not told before, and what it needs is known."""
        if fact in self._told():
            return self.note(question, Kind.AGAIN, f"As I said: {known.says}", 0, fact)
        if known.needs is not None and not self._met(known.needs, question):
            return self.note(question, Kind.WITHHELD, known.until or known.vague, cost)
        return self.note(question, Kind.TOLD, known.says, cost, fact)

    def note(
        self, question: str, kind: Kind, says: str, cost: int, reveals: str | None = None, offers: Sequence[str] = ()
    ) -> Reply:
        """Remember it, and say it."""
        minutes = min(cost, self.budget.left)
        at = self._now.isoformat(timespec="milliseconds")
        text = " ".join(says.split())
        noted = Question(at, self.key, printable(question), kind.value, text, minutes, reveals, tuple(offers))
        self._engagement.asked.append(noted.to_json())
        if reveals is not None and reveals not in self._engagement.revealed:
            self._engagement.revealed.append(reveals)
        wish = self._wish() if kind is not Kind.REPLIED else None
        choices = tuple(Choice(i, self.voice.answers[fact].means) for i, fact in enumerate(offers, start=1))
        return self._reply(kind, text, minutes, self.budget.left - minutes, reveals, choices, wish)

    def _either(self, question: str, facts: Sequence[str]) -> Reply:
        means = [self.voice.answers[fact].means for fact in facts]
        asks = f"Do you mean {means[0]}, or {means[1]}?" if len(means) > 1 else f"Do you mean {means[0]}?"
        return self.note(question, Kind.EITHER, asks, self.voice.minutes, offers=facts)

    def _lost(self, question: str, elsewhere: str | None) -> Reply:
        says = self._with_topics(self.voice.unsure)
        people = self._engagement.entry().scenario.people
        if elsewhere in people:
            says += f" {people[elsewhere].name} may know."
        return self.note(question, Kind.UNSURE, says, self.voice.minutes)

    def _with_topics(self, text: str) -> str:
        """With what this person would raise: not everything at once, and first what they have not told yet."""
        told = self._told()
        fresh = [known.topic for fact, known in self.voice.answers.items() if fact not in told]
        *first, last = list(dict.fromkeys([*fresh, *self.voice.topics()]))[:RAISED]
        return text.replace("{topics}", f"{', '.join(first)} or {last}" if first else last)

    def _told(self) -> set[str]:
        return {one.reveals for one in self._asked if one.reveals}

    def _met(self, needs: Needs, question: str) -> bool:
        told = self._told()
        if any(self.hearing.said(needs.shows, text) for text in (question, *(one.question for one in self.own))):
            return True
        trust = len(told & self.voice.answers.keys())
        return bool(needs.facts or needs.trust) and told.issuperset(needs.facts) and trust >= needs.trust

    def _wish(self) -> str | None:
        """Return what this person asks of the learner, if it comes up now."""
        wish = self.voice.request
        if wish is None or self.key in self._engagement.requests or len(self.own) + 1 < wish.when:
            return None
        self._engagement.requests[self.key] = "open"
        return " ".join(wish.asks.split())

    def _reply(
        self,
        kind: Kind,
        says: str,
        minutes: int,
        left: int,
        reveals: str | None = None,
        choices: tuple[Choice, ...] = (),
        request: str | None = None,
    ) -> Reply:
        one = self.one
        return Reply(self.key, one.name, one.role, says, kind, minutes, left, reveals, choices, request)


def _open(engagement: Engagement, key: str, wish: Wish | None) -> str | None:
    return " ".join(wish.asks.split()) if wish is not None and engagement.requests.get(key) == "open" else None


def _bounded(question: str) -> None:
    if len(question) > LONGEST:
        raise UsageProblem(f"nobody listens to {len(question):,} characters", f"say it in {LONGEST}")


def _now() -> datetime:
    return datetime.now(UTC)


@lru_cache(maxsize=4)
def _hearing(people: str) -> "Hearing":
    """Made once for what people know: an app asks many times."""
    from labs.engagement.hearing import Hearing

    return Hearing(People.model_validate_json(people))
