"""The chats of the day, in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

COMPLAINTS = ("did not help", "not what i asked", "does not solve")
"""How customers say that an answer was of no use."""
THANKS = ("thank", "perfect", "great")
OLDEST, YOUNGEST = timedelta(minutes=17), timedelta(minutes=2)
"""Chats that a report is about: who wrote less than two minutes ago may still write again."""


def complains(text: str) -> bool:
    """Whether a customer says that the last answer was of no use."""
    return any(words in text.lower() for words in COMPLAINTS)


def thanks(text: str) -> bool:
    """Whether a customer only says thanks."""
    return len(text.split()) < 8 and any(word in text.lower() for word in THANKS)


@dataclass
class Chat:
    """One chat so far."""

    id: str
    order: str
    began: datetime
    transcript: list[dict[str, str]] = field(default_factory=list)
    handed_over: bool = False
    chance: float = 0.0
    """That the first answer helps, as far as its words tell."""
    topics: list[str] = field(default_factory=list)
    """Topics that have been answered."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the shop knows of the order."""

    def says(self, who: str, text: str) -> None:
        """Somebody says something."""
        self.transcript.append({"from": who, "text": text})

    @property
    def said(self) -> list[str]:
        """The customer's messages."""
        return [turn["text"] for turn in self.transcript if turn["from"] == "customer"]

    @property
    def thanked(self) -> bool:
        """Whether the last that we heard was thanks."""
        return thanks(self.said[-1])

    @property
    def complained(self) -> bool:
        """Whether our first answer did not help, by the customer's own words."""
        return any(complains(text) for text in self.said[1:2])

    @property
    def tried(self) -> bool:
        """Whether the bot has answered anything."""
        return bool(self.topics)

    @property
    def heard(self) -> set[str]:
        """What the bot has answered."""
        return {turn["text"] for turn in self.transcript if turn["from"] == "bot"}


class Chats:
    """All chats by name."""

    def __init__(self) -> None:
        self._chats: dict[str, Chat] = {}
        self._now = datetime.min

    def get(self, name: str, order: str, now: datetime) -> Chat:
        """The chat of that name; a new one where there is none."""
        self._now = max(self._now, now)
        return self._chats.setdefault(name, Chat(name, order, now))

    def latest(self) -> list[Chat]:
        """The chats that a report is about now, by the time of the latest message."""
        return [chat for chat in self._chats.values() if YOUNGEST <= self._now - chat.began <= OLDEST]
