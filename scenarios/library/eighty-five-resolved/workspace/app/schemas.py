"""What the chat widget sends, and what it expects back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Message:
    """One message of a customer."""

    chat: str
    order: str
    """The order from which the customer opened the chat."""
    text: str
    sent_at: datetime
    """Passo's local time."""

    @classmethod
    def read(cls, body: dict[str, Any]) -> "Message":
        """Raises `KeyError` when something is missing, `ValueError` when a time is none."""
        sent_at = datetime.fromisoformat(body["sent_at"])
        return cls(str(body["chat"]), str(body["order"]), str(body["text"]), sent_at)


@dataclass(frozen=True)
class Answer:
    """What the widget shows."""

    chat: str
    text: str
    article: str | None = None
    """The help article that goes with the text; none: the bot had nothing to say."""
    handed_over: bool = False
    """The widget now shows "an agent will be with you", and the bot is out of it."""
    confidence: float | None = None
    """How likely it is that this answer helps. Analytics reads it."""

    def to_json(self) -> dict[str, Any]:
        """As the widget wants it."""
        return asdict(self)


@dataclass(frozen=True)
class Report:
    """What the dashboard shows."""

    chats: int
    handed_over: int
    resolved: int
    resolution_rate: float
    """Of the latest chats that the bot kept, the share that it resolved."""

    def to_json(self) -> dict[str, Any]:
        """As the dashboard wants it."""
        return asdict(self)
