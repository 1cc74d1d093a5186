"""The chats of the day, in memory."""

from dataclasses import dataclass, field
from datetime import datetime

COMPLAINTS = ("did not help", "not what i asked", "does not solve")
THANKS = ("thank", "perfect", "great")


def complains(text: str) -> bool:
    """Whether a customer says that the last answer was of no use."""
    return any(words in text.lower() for words in COMPLAINTS)


def thanks(text: str) -> bool:
    """Whether a customer only says thanks."""
    return len(text.split()) < 8 and any(word in text.lower() for word in THANKS)


@dataclass
class Chat:
    """One chat: what was said, by whom, and what we make of it."""

    id: str
    order: str
    began: datetime
    turns: list[tuple[str, str]] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    """Topics that have not been answered yet, the likeliest first."""
    chance: float = 0.0
    taken: bool = False
    """By an agent."""

    @property
    def said(self) -> list[str]:
        """The customer's messages."""
        return [text for who, text in self.turns if who == "customer"]

    @property
    def mood(self) -> str:
        """Of our first answer: `thanks`, `no`, `silence`; `none` where an agent was the first to answer."""
        if not any(who == "bot" for who, _ in self.turns[:2]) or (self.taken and len(self.said) == 1):
            return "none"
        if len(self.said) == 1:
            return "silence"
        return "no" if complains(self.said[1]) else "thanks"

    @property
    def confirmed(self) -> bool:
        """The last that we heard was thanks."""
        return thanks(self.said[-1])
