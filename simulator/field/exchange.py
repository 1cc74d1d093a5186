"""One request on an HTTP link, the response to it, and what the link has to remember of them meanwhile."""

import re
from collections.abc import Sequence

from simulator.faults.base import Reply, Side
from simulator.field.attempts import Attempt
from simulator.field.fault_injection import ActiveFault, LinkInjection
from simulator.field.framing import Head
from simulator.field.message_transform import MessageTransform

MOST_KEPT = 1 << 16
"""Bytes of a request that its business key is looked for in, and of an answer that a fault keeps."""


class Exchange:
    """A request and the response to it."""

    strikes: Sequence[LinkInjection] = ()
    reply: tuple[LinkInjection, Reply] | None = None
    """The strike that answers in the target's place, and the answer."""
    ending: LinkInjection | None = None
    """The strike that ends the connection once the request's business key is known, or not to be had."""
    complete = False
    """The whole request has come in."""
    answered = False
    """The response has begun."""
    interim = 0
    """Interim responses to it so far."""
    key: str | None = None
    """The business key that was found in it."""
    undealt = False
    """Faults are still to be dealt to it."""
    watchers: Sequence[ActiveFault] = ()
    """Faults that keep what the target answers."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.passages: dict[Side, MessageTransform] = {}
        self.seen: bytearray | None = None
        """What has come of the request, as long as its business key is looked for."""
        self.attempt: Attempt | None = None
        """Its row, where one is kept."""
        self.kept = bytearray()
        """What has come of the response, for the watchers."""

    def of(self, side: Side) -> list[LinkInjection]:
        """The strikes on its request, or on its response."""
        return [strike for strike in self.strikes if strike.blow.on == side]

    @property
    def impatient(self) -> bool:
        """Its client sends the body only when it is told to."""
        return "expect" in self.head.headers

    def end(self) -> None:
        """Nobody waits for it any more."""
        for passage in self.passages.values():
            passage.release()
        for strike in self.strikes:
            strike.end()

    def tell(self, status: int, retry_after: str | float | None, at: float) -> None:
        """The head of its answer came, in monotonic second `at`; its row is told."""
        if self.attempt is not None:
            self.attempt.told(status, retry_after, at)

    def find_key(self, pattern: re.Pattern[bytes], data: bytes) -> None:
        """Look for the business key in the request's target and body; its strikes and its row are told."""
        if self.seen is None:
            return
        self.seen += data[: MOST_KEPT - len(self.seen)]
        found = pattern.search(self.head.target.encode("latin-1")) or pattern.search(self.seen, self.head.length)
        if found is not None:
            self.key = found.group(1).decode("utf-8", "replace")
            for strike in self.strikes:
                strike.key = self.key
            if self.attempt is not None:
                self.attempt.key = self.key
        if found is not None or len(self.seen) >= MOST_KEPT:
            self.seen = None
