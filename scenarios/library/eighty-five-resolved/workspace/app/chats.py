"""The chats of the day, in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
    said: list[str] = field(default_factory=list)
    """The customer's messages."""
    answers: list[str] = field(default_factory=list)
    handed_over: bool = False

    @property
    def resolved(self) -> bool:
        """The bot kept it, and the customer had nothing to complain about in the end."""
        return not self.handed_over and not complains(self.said[-1])


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
