"""Which requests and responses there are on one HTTP/1.1 connection, and which of them belong together.

It knows no socket and no event loop, and injects no fault: bytes go in as pieces of messages, and what comes out is
the exchange that each piece belongs to. It also keeps the row of every attempt, and charges what bodies in chunks cost.
"""

import re
from collections import deque
from http import HTTPStatus
from typing import Protocol

from simulator.field.attempts import Attempt, Log, Result
from simulator.field.config import Link
from simulator.field.exchange import Exchange
from simulator.field.fault_injection import ActiveFault
from simulator.field.framing import Framer, Head, Piece, Requests, Responses, Status
from simulator.field.toll import CHUNK_S, Toll

_MOST_PENDING, _MOST_INTERIM = 1000, 32
"""Requests on one connection that wait for their answer, and interim responses to one of them: a connection with more
of either is an attack on the world, and is torn down."""


class HttpLink(Protocol):
    """The link of an HTTP connection, as far as the connection's state machine knows it."""

    config: Link
    faults: tuple[ActiveFault, ...]
    log: Log | None
    """Where the lap's rows of attempts go; None: no lap runs, or nobody asks."""
    toll: Toll | None
    """The account that chunks are charged to; None: they are charged to nobody."""


class HttpMessages:
    """The messages of one connection."""

    def __init__(self, link: HttpLink) -> None:
        self._link = link
        self.number = 0
        """The connection's number, for the rows."""
        self.requests = Requests()
        self.responses = Responses(self._awaited_method)
        self.pending: deque[Exchange] = deque()
        """The exchanges whose response is not complete, in their order."""
        self.current: Exchange | None = None
        """The exchange whose request is coming in."""
        self.key = re.compile(link.config.key.encode()) if link.config.key else None
        """Where a request holds its business key."""
        self.now = 0.0
        """Monotonic second in which that came which is looked at."""
        self.switched = False
        """Whether client and target have agreed on another protocol."""
        self.flooded = False
        """Whether there are more messages than any honest connection has."""
        self.unframed = b""
        """Bytes of a request's unfinished head that were kept back when the protocol was switched."""
        self.unseen: list[tuple[Framer, bytes, float]] = []
        """What was passed on and not looked at yet, and when."""
        self._paid = 0
        """Chunks of bodies that were charged."""
        self._attempts: dict[Attempt, None] = {}
        """The attempts that are not over."""

    def request(self, piece: Piece) -> Exchange | None:
        """Return the exchange that a piece of a request belongs to."""
        if isinstance(piece.begins, Head):
            self.current = self._begun(piece.begins)
            self.pending.append(self.current)
            self.flooded |= len(self.pending) > _MOST_PENDING
        exchange = self.current
        if exchange is not None and exchange.attempt is not None:
            exchange.attempt.saw(piece.data[exchange.head.length :] if piece.begins is not None else piece.data)
        if piece.last and exchange is not None:
            exchange.complete = True
            self.current = None
        return exchange

    def _begun(self, head: Head) -> Exchange:
        """Return a new exchange; while a lap runs its row is kept."""
        exchange = Exchange(head)
        exchange.seen = bytearray() if self.key is not None else None
        if self._link.log is not None:
            exchange.attempt = Attempt(self._link.log, self.number, head, self.now)
            self._attempts[exchange.attempt] = None
        return exchange

    def response(self, piece: Piece) -> Exchange | None:
        """Return the exchange that a piece of its last response belongs to; one whose response is complete is over."""
        if isinstance(piece.begins, Status) and self._is_interim(piece.begins):
            return None
        exchange = self.pending[0] if self.pending else None
        if isinstance(piece.begins, Status) and exchange is not None:
            exchange.tell(piece.begins.code, piece.begins.retry_after, self.now)
        if piece.last and exchange is not None:
            self.pending.popleft()
        return exchange

    def _is_interim(self, status: Status) -> bool:
        """Whether a response is not the last one to its request; a switch of protocols ends the framing."""
        method = self._awaited_method()
        if status.code == HTTPStatus.SWITCHING_PROTOCOLS or (method == "CONNECT" and status.code < 300):
            self.requests.raw = self.responses.raw = self.switched = True
            self.unframed = self.requests.finish()
            self.current = None
            return True
        if status.code < HTTPStatus.OK and self.pending:
            self.pending[0].interim += 1
            self.flooded |= self.pending[0].interim > _MOST_INTERIM
        return status.code < HTTPStatus.OK

    def _awaited_method(self) -> str | None:
        return self.pending[0].head.method if self.pending else None

    def look(self) -> None:
        """Look at what was passed on and only noted; a flood ends it."""
        unseen = self.unseen[:]
        self.unseen.clear()
        for framer, data, self.now in unseen:
            for piece in framer.feed(data):
                self._look_at(framer, piece)
                if self.flooded:
                    return
            framer.ahead = framer.kept
        self.pay()

    def _look_at(self, framer: Framer, piece: Piece) -> None:
        if framer is self.requests:
            exchange = self.request(piece)
            if exchange is not None and self.key is not None:
                exchange.find_key(self.key, piece.data)
            return
        exchange = self.response(piece)
        if piece.last and exchange is not None and exchange.attempt is not None:
            self.answered(exchange.attempt, self.now)

    def pay(self) -> None:
        """Charge the chunks that have come since the last time."""
        chunks = self.requests.chunks + self.responses.chunks
        if chunks > self._paid and self._link.toll is not None:
            self._link.toll.charge(CHUNK_S * (chunks - self._paid))
        self._paid = chunks

    def answered(self, attempt: Attempt, at: float) -> None:
        """Write the row of an attempt whose answer has left in monotonic second `at`."""
        self._attempts.pop(attempt, None)
        attempt.end("answered", at)

    def end_attempts(self, result: Result, at: float) -> None:
        """Write the rows of all attempts that are not over."""
        for attempt in self._attempts:
            attempt.end(result, at)
        self._attempts.clear()
