"""One request on an HTTP link, the response to it, and what the link has to remember of them meanwhile."""

import re
from collections.abc import Sequence

from simulator.faults.effects import Reply, Side
from simulator.faults.message import Message
from simulator.field.attempts import Attempt
from simulator.field.fault_injection import ActiveFault, LinkInjection
from simulator.field.framing import Head, Piece
from simulator.field.message_transform import MessageTransform, Refusal

_MOST_KEPT = 1 << 16
"""Bytes of a request that its business key is looked for in, and of an answer that a fault keeps."""


class Exchange:
    """A request and the response to it."""

    injections: Sequence[LinkInjection] = ()
    reply: Refusal | None = None
    """The injection that answers in the target's place, and the answer."""
    ending: LinkInjection | None = None
    """The injection that ends the connection once the request's business key is known, or not to be had."""
    complete = False
    """Whether the whole request has come in."""
    interim = 0
    """Interim responses to it so far."""
    key: str | None = None
    """The business key that was found in it."""
    undrawn = False
    """Whether faults are still to be drawn for it."""
    watchers: Sequence[ActiveFault] = ()
    """Faults that keep what the target answers."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.transforms: dict[Side, MessageTransform] = {}
        self.seen: bytearray | None = None
        """What has come of the request, as long as its business key is looked for."""
        self.attempt: Attempt | None = None
        """Its row, where one is kept."""
        self._kept = bytearray()
        """What has come of the response, for the watchers."""

    def of(self, side: Side) -> list[LinkInjection]:
        """Return the injections into its request, or into its response."""
        return [injection for injection in self.injections if injection.effect.on == side]

    @property
    def impatient(self) -> bool:
        """Whether its client sends the body only when it is told to."""
        return "expect" in self.head.headers

    def inject(self, injections: Sequence[LinkInjection]) -> None:
        """Take the faults that were drawn for it."""
        self.injections = injections
        if injections:
            self.transforms = {
                "request": MessageTransform(injections, "request"),
                "response": MessageTransform(injections, "response"),
            }

    def choose(self) -> None:
        """Find out what keeps the request from the target, if anything does: the first answer, or the first ending."""
        for injection in self.of("request"):
            ending = injection.ending
            if isinstance(ending, Reply):
                self.reply = self.reply or (injection, ending)
            elif ending is not None:
                self.ending = injection
                return

    def end(self) -> None:
        """End what faults do to it: nobody waits for it any more."""
        for transform in self.transforms.values():
            transform.release()
        for injection in self.injections:
            injection.end()

    def tell(self, status: int, retry_after: str | float | None, at: float) -> None:
        """Tell its row of the head of its answer, which came in monotonic second `at`."""
        if self.attempt is not None:
            self.attempt.told(status, retry_after, at)

    def find_key(self, pattern: re.Pattern[bytes], data: bytes) -> None:
        """Look for the business key in the request's target and body; its injections and its row are told."""
        if self.seen is None:
            return
        self.seen += data[: _MOST_KEPT - len(self.seen)]
        found = pattern.search(self.head.target.encode("latin-1")) or pattern.search(self.seen, self.head.length)
        if found is not None:
            self.key = found.group(1).decode("utf-8", "replace")
            for injection in self.injections:
                injection.key = self.key
            if self.attempt is not None:
                self.attempt.key = self.key
        if found is not None or len(self.seen) >= _MOST_KEPT:
            self.seen = None

    def keep(self, piece: Piece) -> None:
        """Keep what the target answers, for the faults that want to know."""
        self._kept += piece.data[: _MOST_KEPT + 1 - len(self._kept)]
        if piece.last:
            self.learn()

    def learn(self) -> None:
        """Tell the faults that want to know what the target has answered."""
        answer = None
        if len(self._kept) <= _MOST_KEPT:
            try:
                answer = Message.parse(bytes(self._kept))
            except ValueError:
                return
        for fault in self.watchers:
            fault.learn(self.head, answer)
        self.watchers = ()
