"""Follow one chat: how the customer takes an answer, and how satisfied that leaves them."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt

from simulator.workloads.chat_book import Chat
from simulator.workloads.chat_phrases import TOPICS

Ending = Literal["solved", "agent", "lost", "open"]

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
    """Of the ended chats that the bot did not hand over, the share that it resolved."""


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
    confidence: float | None = None
    known: tuple[str, ...] = ()
    """What both sides had said when it was handed over."""

    @property
    def late(self) -> bool:
        """Whether it was handed over after an answer that did not help."""
        return self.handed and self.complaints > 0

    def hears(self, answer: Answer, rescue: float) -> tuple[str, str | None]:
        """Return the verdict on an answer, and what the customer says next; None: nothing."""
        if len(self.said) == 1:
            self.confidence = answer.confidence
        if answer.handed_over:
            return self._hand_over(rescue), None
        if self.ending == "solved":
            return "thanks", None
        useful = answer.article is not None and bool(answer.text.strip())
        if useful:
            self.repeats += same(answer.text) in map(same, self.answers)
            self.answers.append(answer.text)
        helped = useful and answer.article == TOPICS[self.chat.topic].article and self.chat.solvable
        if self.first is None and useful:
            self.first = helped
        if helped:
            self.ending = "solved"
            return "helped", self.chat.thanks
        return "did not help" if useful else "no answer", self._complain()

    def fails(self, why: str) -> None:
        """Record that no answer came: the customer leaves, unless they had been helped before."""
        if self.ending == "open":
            self.ending, self.why = "lost", why

    def _hand_over(self, rescue: float) -> str:
        if not self.handed:
            self.handed, self.known = True, (*self.said, *self.answers)
            # Who has acted on a wrong answer, or heard several, is ever harder to help.
            saved = self.chat.saved < rescue * 0.45 ** max(self.complaints - 1, 0)
            self.ending, self.why = ("agent", None) if saved or not self.complaints else ("lost", "too late")
        return "agent"

    def _complain(self) -> str | None:
        if self.complaints < len(self.chat.complaints):
            self.complaints += 1
            return self.chat.complaints[self.complaints - 1]
        self.ending, self.why = "lost", "gave up" if self.complaints else "left without a word"
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


def complete(course: ChatProgress, packet: dict[str, Any], status: str | None) -> bool:
    """Whether a packet tells an agent everything that was known, and truly; `status` is the order's."""
    told = " ".join(map(same, texts(packet.get("transcript"))))
    return (
        packet.get("order") == course.chat.order
        and packet.get("topic") in [*TOPICS]
        and bool(packet.get("reason"))
        and (status is None or packet.get("order_status") == status)
        and all(same(text) in told for text in course.known)
    )


def texts(value: Any) -> list[str]:
    """Return every text in some JSON, in order."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in texts(one)]
