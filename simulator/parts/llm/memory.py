"""The responses that the provider keeps for follow-up requests: the newest, up to a limit."""

from collections import OrderedDict

from simulator.parts.llm import errors
from simulator.parts.llm.requests import Message

_MOST, _CHARACTERS = 2_000, 2**24
"""Most responses kept, and most characters of all their conversations: a caller decides on their number and length."""


class Memory:
    """Conversations by the id of their last response."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[tuple[Message, ...], int]] = OrderedDict()
        self._size = 0

    def keep(self, name: str, messages: tuple[Message, ...]) -> None:
        """Keep a conversation; drop the oldest ones when there is no room."""
        size = sum(len(m.text) + sum(len(call.arguments) for call in m.calls) + 64 for m in messages)
        self._kept[name] = messages, size
        self._size += size
        while self._size > _CHARACTERS or len(self._kept) > _MOST:
            self._size -= self._kept.popitem(last=False)[1][1]

    def __contains__(self, name: str) -> bool:
        return name in self._kept

    def recall(self, name: str) -> tuple[Message, ...]:
        """Return the conversation that ends with that response. Raises `ApiError`."""
        if name not in self:
            raise errors.no_response(name)
        return self._kept[name][0]
