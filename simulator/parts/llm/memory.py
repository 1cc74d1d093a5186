"""The responses that the provider keeps, to be asked for and followed up: the newest, up to a limit."""

from collections import OrderedDict

from simulator.parts.llm import errors
from simulator.parts.llm.requests import Message

_MOST, _CHARACTERS = 2_000, 2**24
"""Most responses kept, and most characters of all their conversations and answers, whose length a caller decides."""


class Memory:
    """Conversations by the id of their last response."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[tuple[Message, ...], int]] = OrderedDict()
        self._bodies: dict[str, bytes] = {}
        self._size = 0

    def keep(self, name: str, messages: tuple[Message, ...]) -> None:
        """Keep a conversation; drop the oldest ones when there is no room."""
        size = sum(len(m.text) + sum(len(call.arguments) for call in m.calls) + 64 for m in messages)
        self._kept[name] = messages, size
        self._size += size
        self._make_room()

    def _make_room(self) -> None:
        while self._size > _CHARACTERS or len(self._kept) > _MOST:
            self._drop(next(iter(self._kept)))

    def _drop(self, name: str) -> None:
        self._size -= self._kept.pop(name)[1] + len(self._bodies.pop(name, b""))

    def answered(self, name: str, body: bytes) -> None:
        """Keep the whole answer beside its conversation, where that is kept."""
        if name in self:
            self._bodies[name] = body
            self._size += len(body)
            self._make_room()

    def body(self, name: str) -> bytes:
        """Return the whole answer of that name. Raises `ApiError` where it is not kept."""
        if name not in self._bodies:
            raise errors.not_kept(name)
        return self._bodies[name]

    def forget(self, name: str) -> None:
        """Keep that response no longer. Raises `ApiError` where it is not kept."""
        if name not in self._bodies:
            raise errors.not_kept(name)
        self._drop(name)

    def __contains__(self, name: str) -> bool:
        return name in self._kept

    def recall(self, name: str) -> tuple[Message, ...]:
        """Return the conversation that ends with that response. Raises `ApiError`."""
        if name not in self:
            raise errors.no_response(name)
        return self._kept[name][0]
