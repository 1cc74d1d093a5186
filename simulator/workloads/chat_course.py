"""Follow one chat: how the customer takes an answer, and how satisfied that leaves them."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt

from simulator.workloads.chat_book import Chat
from simulator.workloads.chat_phrases import TOPICS

Ending = Literal["solved", "agent", "lost", "open"]

SILENTLY = "left without a word"
"""Why somebody is lost who was not helped and did not say so."""
LONGEST = 8_000
"""Most characters of an answer: no customer reads more."""


class Answer(BaseModel):
    """What the bot must answer to a message."""

    chat: str
    """As asked."""
    text: str = Field(max_length=LONGEST)
    """What the customer reads."""
    article: str | None = Field(default=None, max_length=LONGEST)
    """The help article that the answer rests on; null: it is no answer."""
    handed_over: StrictBool = False
    """Whether an agent takes over from here."""
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    """The chance that this answer helps, or would."""


class Report(BaseModel):
    """What the bot must report on itself."""

    resolution_rate: StrictFloat | StrictInt = Field(ge=0, le=1, allow_inf_nan=False)
    """Of the ended chats that the bot kept, of all or of the latest (`window`), the share that it resolved."""


@dataclass
class ChatProgress:
    """One chat so far."""

    chat: Chat
    said: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    repeats: int = 0
    complaints: int = 0
    ending: Ending = "open"
    why: str | None = None
    handed: bool = False
    first: bool | None = None
    reach: float = 0.0
    """The chance that the latest answer would come home to a customer for whom the standard answer is enough."""
    confidence: float | None = None
    turns: list[tuple[str, str]] = field(default_factory=list)
    """What was said so far, by `customer` or `bot`."""
    known: tuple[tuple[str, str], ...] = ()
    """The same when it was handed over."""

    @property
    def late(self) -> bool:
        """Whether it was handed over after an answer that did not help."""
        return self.handed and self.complaints > 0

    def says(self, text: str) -> None:
        """Record what the customer says."""
        self.said.append(text)
        self.turns.append(("customer", text))

    def hears(self, answer: Answer, rescue: float, *, tells: bool = True, reach: float = 1.0) -> tuple[str, str | None]:
        """Return the verdict on an answer, and what the customer says next; None: nothing.

        `tells` is whether it says itself what helps, or only where to look and is found there; `reach` is how likely
        that was, 0 to 1.
        """
        if len(self.said) == 1:
            self.confidence = answer.confidence
        if answer.handed_over:
            return self._hand_over(rescue), None
        if self.ending == "solved":
            return "thanks", None
        self.turns.append(("bot", answer.text))
        useful = answer.article is not None and bool(answer.text.strip())
        if useful:
            self.repeats += same(answer.text) in map(same, self.answers)
            self.answers.append(answer.text)
        right = useful and answer.article == TOPICS[self.chat.topic].article
        self.reach = reach if right else 0.0
        helped = right and tells and self.chat.solvable
        if self.first is None and useful:
            self.first = helped
        if helped:
            self.ending = "solved"
            return "helped", self.chat.thanks
        return "did not help" if useful else "no answer", self._complain()

    def resolved(self, silent: float, confirms: float) -> float:
        """Return the chance that a chat which is over was resolved, for somebody who knows all that nobody tells.

        Who says something is known by it. Of the others it is what Bayes' rule gives, by the shares of those not helped
        who leave without a word (`silent`) and of those helped who say so (`confirms`): whether one of them was helped
        is luck, which no report can have.
        """
        if self.complaints or (self.ending == "lost" and self.why != SILENTLY):
            return float(self.ending == "solved")
        if self.ending == "solved" and self.chat.thanks is not None:
            return 1.0
        helped = self.chat.chance * self.reach
        yes, no = helped * (1 - confirms), (1 - helped) * silent
        return yes / (yes + no) if yes else 0.0

    def fails(self, why: str) -> None:
        """Record that no answer came: the customer leaves, unless they had been helped before."""
        if self.ending == "open":
            self.ending, self.why = "lost", why

    def _hand_over(self, rescue: float) -> str:
        if not self.handed:
            self.handed, self.known = True, tuple(self.turns)
            # Who has acted on a wrong answer, or heard several, is ever harder to help.
            saved = self.chat.saved < rescue * 0.45 ** max(self.complaints - 1, 0)
            self.ending, self.why = ("agent", None) if saved or not self.complaints else ("lost", "too late")
        return "agent"

    def _complain(self) -> str | None:
        if self.complaints < len(self.chat.complaints):
            self.complaints += 1
            return self.chat.complaints[self.complaints - 1]
        self.ending, self.why = "lost", "gave up" if self.complaints else SILENTLY
        return None

    def stars(self, waited: float, *, complete: bool) -> int:
        """Return 1 to 5 stars from a customer whom an agent helped after that many minutes, or who needed none."""
        if self.ending == "lost":
            mean = 1.8 - 0.4 * (self.repeats > 0)
        elif self.ending == "agent":
            mean = (3.6 if self.late else 4.4) - 0.15 * max(waited - 2, 0) - 0.8 * (not complete)
        else:
            mean = 4.5 if self.first else 3.9
        return int(max(1.0, mean) + self.chat.luck)


def same(text: str) -> str:
    """Return the text without differences that no reader would notice."""
    return " ".join("".join(c for c in text.casefold() if c.isalnum() or c.isspace()).split())


NOT_HELPED, TOO_HARD = "not-helped", "too-hard"
"""Why a bot gives up: it has answered, and that did not help; or it did not try."""


def complete(course: ChatProgress, packet: dict[str, Any], status: str | None) -> bool:
    """Whether a packet tells an agent everything that was known, and truly; `status` is the order's."""
    chat = course.chat
    tried = any(who == "bot" for who, _ in course.known)
    return (
        packet.get("order") == chat.order
        and packet.get("reason") == (NOT_HELPED if tried else TOO_HARD)
        and (status is None or packet.get("order_status") == status)
        and transcript(packet.get("transcript")) == [(who, same(text)) for who, text in course.known]
    )


def fits(chat: Chat, packet: dict[str, Any]) -> bool:
    """Whether a packet goes to agents who know about what the customer wants."""
    return packet.get("topic") in (chat.topic, chat.also)


def transcript(value: Any) -> list[tuple[str, str]]:
    """Return who said what, as far as it is told as it should be: `[{"from": …, "text": …}]`."""
    turns = value if isinstance(value, list) else []
    return [(str(turn.get("from")), same(str(turn.get("text")))) for turn in turns if isinstance(turn, dict)]
