"""A relayed HTTP/1.1 connection, on which faults strike single requests and their responses.

The messages on a connection are observed, so that a struck one can be held up, answered or cut off, in order with
those before and behind it when the connection is kept alive or pipelined. Without a fault, bytes are passed on first
and looked at later, many at a time: all that must be known then is where the next request begins once a fault is set.
"""

import re
import time
from collections import deque
from http import HTTPStatus

from simulator.faults.base import Reply
from simulator.faults.message import Message
from simulator.field.answers import answer
from simulator.field.attempts import Attempt, Result
from simulator.field.exchange import MOST_KEPT, Exchange
from simulator.field.fault_injection import LinkInjection, Origin
from simulator.field.framing import Framer, Head, Piece, Requests, Responses, Status
from simulator.field.message_transform import MessageTransform
from simulator.field.relay import Connection, LinkState
from simulator.field.toll import CHUNK

_UNSEEN, _LARGE = 32, 4096
"""Chunks that a connection notes before it looks at them, and bytes of one that it looks at at once."""
_MOST_PENDING, _MOST_INTERIM = 1000, 32
"""Requests on one connection that wait for their answer, and interim responses to one of them: a connection with more
of either is an attack on the world, and is torn down."""


class HttpConnection(Connection):
    """One client's connection on an `http` link."""

    def __init__(self, link: LinkState) -> None:
        super().__init__(link)
        self._requests = Requests()
        self._responses = Responses(self._awaited_method)
        self._pending: deque[Exchange] = deque()
        self._current: Exchange | None = None
        """The exchange whose request is coming in."""
        self._watching = False
        """Messages are looked at before they are passed on."""
        self._switched = False
        """Client and target have agreed on another protocol."""
        self._unseen: list[tuple[Framer, bytes, float]] = []
        """What was passed on and not looked at yet, and when."""
        self._paid = 0
        """Chunks of bodies that were charged."""
        self._now = self.opened
        """When that came which is looked at."""
        self._attempts: dict[Attempt, None] = {}
        """Those that are not over."""
        self._last: LinkInjection | None = None
        """The strike that ended the connection, as long as it stands."""
        self._held: list[Piece] = []
        """What has come of a request that waits for its business key."""
        self._key = re.compile(link.config.key.encode()) if link.config.key else None

    def client_sent(self, data: bytes) -> None:
        """Bytes from the client."""
        self.used = time.monotonic()
        if not self._watching and not self.link.faults:
            self.target.send(data)
            self._look_later(self._requests, data)
            return
        self._watch()
        self._now = self.used
        for piece in self._requests.feed(data):
            if self.silent:
                return
            exchange = self._requested(piece)
            if self._evades():
                return
            if self.link.faults and piece.begins is not None and not self._requests.ahead and exchange is not None:
                exchange.undealt = True
            if exchange is not None and self._key is not None:
                exchange.find_key(self._key, piece.data)
            self._held.append(self._requests.rest(piece))
            if exchange is None or not self._waits_for_key(exchange, piece):
                self._go_on_with(exchange)
        self._watch_no_more()

    def _waits_for_key(self, exchange: Exchange, piece: Piece) -> bool:
        """Whether a request is held back because a share falls on its business key, which is still to come."""
        more = exchange.seen is not None and not piece.last and not exchange.impatient
        return exchange.undealt and more and any(armed.by_key for armed in self.link.faults)

    def _go_on_with(self, exchange: Exchange | None) -> None:
        """Faults are dealt to a request, and what was held back of it goes on as they say."""
        if exchange is not None and exchange.undealt:
            exchange.undealt = False
            self._deal(exchange)
        held, self._held = self._held, []
        for piece in held:
            if self.silent:
                return
            if exchange is not None and exchange.strikes:
                self._struck_request(exchange, piece)
            else:
                self.pass_on("request", piece.data)

    def _evades(self) -> bool:
        """Tear the connection down where no request can be made out, so that none passes by the faults.

        Servers are lenient: what is no request here may be one to them.
        """
        if self._requests.raw and not self._switched and self.link.faults:
            self.reset()
        return self.silent

    def target_sent(self, data: bytes) -> None:
        """Bytes from the target."""
        self.used = time.monotonic()
        if not self._watching:
            if self.strikes:
                self.pass_on("response", data)
            else:
                self.client.send(data)
            self._look_later(self._responses, data)
            return
        self._now = self.used
        for piece in self._responses.feed(data):
            if self.silent:
                return
            exchange = self._responded(piece)
            if exchange is not None and exchange.watchers:
                self._keep(exchange, piece)
            piece = self._responses.rest(piece)
            if exchange is None or not exchange.strikes:
                self.pass_on("response", piece.data)
            else:
                self._struck_response(exchange, piece.data, piece.last)
            if piece.last and exchange is not None:
                self._answered(exchange)
            self._reply()
        self._watch_no_more()

    def client_ended(self) -> None:
        """The client sends nothing more."""
        self.look()
        if self._held and not self.silent:
            self._go_on_with(self._current)
        if not self.silent and (held := self._requests.finish()):
            self.pass_on("request", held)
        super().client_ended()

    def target_ended(self) -> None:
        """The target sends nothing more."""
        self.look()
        if not self.silent and (held := self._responses.finish()):
            self.pass_on("response", held)
        if not self.silent and self._pending:
            self._ends_with_connection(self._pending[0])
        super().target_ended()

    def client_lost(self, _exc: Exception | None) -> None:
        """The client is gone: what still struck it is over."""
        self.look()
        for exchange in self._pending:
            exchange.end()
        self._end_attempts("broken" if self.left is None and _exc is None else "left")
        if self._last is not None:
            self._last.end()
        super().client_lost(_exc)

    # What messages there are

    def _requested(self, piece: Piece) -> Exchange | None:
        """The exchange that a piece of a request belongs to."""
        if isinstance(piece.begins, Head):
            self._current = self._begun(piece.begins)
            self._pending.append(self._current)
            if len(self._pending) > _MOST_PENDING:
                self.reset()
        exchange = self._current
        if exchange is not None and exchange.attempt is not None:
            exchange.attempt.saw(piece.data[exchange.head.length :] if piece.begins is not None else piece.data)
        if piece.last and exchange is not None:
            exchange.complete = True
            self._current = None
        return exchange

    def _begun(self, head: Head) -> Exchange:
        """A new exchange; while a lap runs its row is kept."""
        exchange = Exchange(head)
        exchange.seen = bytearray() if self._key is not None else None
        if self.link.log is not None:
            exchange.attempt = Attempt(self.link.log, self.number, head, self._now)
            self._attempts[exchange.attempt] = None
        return exchange

    def _responded(self, piece: Piece) -> Exchange | None:
        """The exchange that a piece of its last response belongs to; it is pending no more once that is complete."""
        if isinstance(piece.begins, Status) and self._interim(piece.begins):
            return None
        exchange = self._pending[0] if self._pending else None
        if isinstance(piece.begins, Status) and exchange is not None:
            exchange.tell(piece.begins.code, piece.begins.retry_after, self._now)
        if piece.last and exchange is not None:
            self._pending.popleft()
        return exchange

    def _interim(self, status: Status) -> bool:
        """Whether a response is not the last one to its request; a switch of protocols ends the framing."""
        method = self._awaited_method()
        if status.code == HTTPStatus.SWITCHING_PROTOCOLS or (method == "CONNECT" and status.code < 300):
            self._requests.raw = self._responses.raw = self._switched = True
            if held := self._requests.finish():
                self.pass_on("request", held)
            self._current = None
            return True
        if status.code < HTTPStatus.OK and self._pending:
            self._pending[0].interim += 1
            if self._pending[0].interim > _MOST_INTERIM:
                self.reset()
        return status.code < HTTPStatus.OK

    def _answered(self, exchange: Exchange) -> None:
        """The last of an answer was sent on: its attempt is over once it has left, or with the connection."""
        attempt = exchange.attempt
        if attempt is not None and not self.silent:
            self.client.send(b"", then=lambda: self._has_left(attempt))

    def _has_left(self, attempt: Attempt) -> None:
        if not self.client.closed and self.left is None:
            self._attempts.pop(attempt, None)
            attempt.end("answered", time.monotonic())

    def _end_attempts(self, result: Result) -> None:
        for attempt in self._attempts:
            attempt.end(result, self.left or time.monotonic())
        self._attempts.clear()

    def note(self, closed: float | None) -> None:
        """Its rows: it is closed, or (None) the lap is over."""
        self.look()
        if closed is None:
            self._end_attempts("open" if self.left is None else "left")
        super().note(closed)

    def _awaited_method(self) -> str | None:
        return self._pending[0].head.method if self._pending else None

    def _look_later(self, framer: Framer, data: bytes) -> None:
        """Note what was passed on: looking at it can wait until a fault is set, or until there is much of it."""
        self._unseen.append((framer, data, self.used))
        if len(self._unseen) >= _UNSEEN or len(data) > _LARGE:
            self.look()

    def look(self) -> None:
        """Look at what was passed on and only noted."""
        unseen, self._unseen = self._unseen, []
        for framer, data, self._now in unseen:
            for piece in framer.feed(data):
                self._look_at(framer, piece)
                if self.silent:
                    return
            framer.ahead = framer.kept
        self._pay()

    def _pay(self) -> None:
        """Charge the chunks that have come since the last time."""
        chunks = self._requests.chunks + self._responses.chunks
        if chunks > self._paid and self.link.toll is not None:
            self.link.toll.charge(CHUNK * (chunks - self._paid))
        self._paid = chunks

    def _look_at(self, framer: Framer, piece: Piece) -> None:
        if framer is self._requests:
            exchange = self._requested(piece)
            if exchange is not None and self._key is not None:
                exchange.find_key(self._key, piece.data)
            return
        exchange = self._responded(piece)
        if piece.last and exchange is not None and exchange.attempt is not None:
            self._attempts.pop(exchange.attempt, None)
            exchange.attempt.end("answered", self._now)

    def _watch(self) -> None:
        """From now on look at messages before they are passed on."""
        if not self._watching:
            self.look()
            self._watching = True

    def _watch_no_more(self) -> None:
        """Once no fault is set and none is at work here, messages are passed on before they are looked at."""
        self._pay()
        if self.link.faults or self._held or self._requests.kept or self._responses.kept:
            return
        self._watching = any(exchange.strikes for exchange in self._pending)

    # What faults do

    def _deal(self, exchange: Exchange) -> None:
        caller = self.caller()
        if caller.key is None and exchange.key is not None:
            caller = Origin(caller.request, exchange.key)
        head = exchange.head
        dealt = [(a, a.draw(caller, head)) for a in self.link.faults if a.reach == "traffic"]
        exchange.strikes = [strike for _, strike in dealt if strike is not None]
        exchange.watchers = [armed for armed, strike in dealt if strike is None and armed.watches(head)]
        if exchange.strikes:
            exchange.passages = {
                "request": MessageTransform(exchange.strikes, "request", self),
                "response": MessageTransform(exchange.strikes, "response", self),
            }

    def _struck_request(self, exchange: Exchange, piece: Piece) -> None:
        if piece.begins is not None:
            self._choose(exchange)
            self._go_on(exchange, piece)
        if exchange.ending is not None:
            if piece.last or exchange.seen is None or exchange.impatient:
                self._end_by(exchange.ending)
            return
        if exchange.reply is None:
            exchange.reply = exchange.passages["request"].feed(piece.data, piece.last)
        if exchange.reply is not None and (piece.last or exchange.impatient):
            exchange.complete = piece.last
            self._reply()

    def _choose(self, exchange: Exchange) -> None:
        """What of its strikes keeps a request from the target, the first of them that does."""
        for strike in exchange.of("request"):
            if isinstance(strike.blow.ending, Reply):
                exchange.reply = exchange.reply or (strike, strike.blow.ending)
            elif strike.blow.ending is not None:
                exchange.ending = strike
                return

    def _go_on(self, exchange: Exchange, piece: Piece) -> None:
        """Ask for the body that a request is gathered with: the target, which would, does not see it before."""
        gathers = exchange.reply is None and exchange.ending is None and exchange.passages["request"].gathers
        if gathers and exchange.impatient and not piece.last and self._pending[0] is exchange:
            self.pass_on("response", b"HTTP/1.1 100 Continue\r\n\r\n")

    def _struck_response(self, exchange: Exchange, data: bytes, last: bool) -> None:
        exchange.answered = True
        for strike in exchange.of("response"):
            if strike.blow.ending is not None:
                self._end_by(strike)
                return
        exchange.passages["response"].feed(data, last)

    def _end_by(self, strike: LinkInjection) -> None:
        """The connection ends as a strike's blow says."""
        self._last = strike
        strike.begin()
        self.endure(strike)

    def _ends_with_connection(self, exchange: Exchange) -> None:
        """A response that was to last until its connection closes is whole; another one passes as far as it came."""
        if self._responses.endless and exchange.watchers:
            self._learn(exchange)
        if self._responses.endless and exchange.strikes:
            exchange.passages["response"].finish()
            self._answered(exchange)
        elif exchange.strikes:
            self.pass_on("response", exchange.passages["response"].release())
        elif self._responses.endless:
            self._answered(exchange)

    def _keep(self, exchange: Exchange, piece: Piece) -> None:
        """Keep what the target answers, for the faults that want to know."""
        exchange.kept += piece.data[: MOST_KEPT + 1 - len(exchange.kept)]
        if piece.last:
            self._learn(exchange)

    def _learn(self, exchange: Exchange) -> None:
        answer = None
        if len(exchange.kept) <= MOST_KEPT:
            try:
                answer = Message.parse(bytes(exchange.kept))
            except ValueError:
                return
        for armed in exchange.watchers:
            armed.learn(exchange.head, answer)
        exchange.watchers = ()

    def _reply(self) -> None:
        """Send the answers that faults give, as far as it is their turn."""
        while self._pending and (given := self._pending[0].reply) and not self.silent:
            exchange, (strike, reply) = self._pending[0], given
            impatient = exchange.impatient and not exchange.complete
            if not (exchange.complete or impatient):
                return
            strike.begin()
            self._pending.popleft()
            exchange.tell(reply.status, reply.says("retry-after"), time.monotonic())
            self._struck_response(exchange, answer(reply, exchange.head.method, close=impatient), last=True)
            strike.end()
            self._answered(exchange)
            if impatient and not self.silent:
                self.silent = True
                self.client.finish(self.client.close)

    # What a passage asks for

    def deliver_again(self, request: bytes, after: float) -> None:
        """Send a whole request to the target once more, `after` so many seconds."""
        self.link.copies.send(request, after)

    def cut_off(self, strike: LinkInjection, then: str) -> None:
        """End the connection behind what was sent: `close`, `reset` or `stall`."""
        self.silent = True
        if then == "stall":
            self._last = strike
            return
        strike.end()
        self.client.finish(self.close if then == "close" else self.client.tear)
