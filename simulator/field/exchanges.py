"""A relayed HTTP/1.1 connection, on which faults strike single requests and their responses.

The messages on a connection are observed, so that a struck one can be held up, answered or cut off, in order with
those before and behind it when the connection is kept alive or pipelined. Without a fault, bytes are passed on first
and looked at later, many at a time: all that must be known then is where the next request begins once a fault is set.
"""

from collections import deque
from collections.abc import Sequence
from http import HTTPStatus

from simulator.faults.base import Reply, Side
from simulator.field.framing import Framer, Head, Piece, Requests, Responses, Status
from simulator.field.relay import Connection, LinkState
from simulator.field.strikes import Strike

_UNSEEN, _LARGE = 32, 4096
"""Chunks that a connection notes before it looks at them, and bytes of one that it looks at at once."""
_MOST_PENDING, _MOST_INTERIM = 1000, 32
"""Requests on one connection that wait for their answer, and interim responses to one of them: a connection with more
of either is an attack on the world, and is torn down."""


class Exchange:
    """A request and the response to it."""

    strikes: Sequence[Strike] = ()
    reply: Strike | None = None
    """The strike that answers in the target's place."""
    complete = False
    """The whole request has come in."""
    answered = False
    """The response has begun."""
    interim = 0
    """Interim responses to it so far."""

    def __init__(self, head: Head) -> None:
        self.head = head

    def of(self, side: Side) -> list[Strike]:
        """The strikes on its request, or on its response."""
        return [strike for strike in self.strikes if strike.blow.on == side]


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
        self._unseen: list[tuple[Framer, bytes]] = []
        """What was passed on and not looked at yet."""

    def client_sent(self, data: bytes) -> None:
        """Bytes from the client."""
        if not self._watching and not self.link.faults:
            self.target.send(data)
            self._look_later(self._requests, data)
            return
        self._watch()
        for piece in self._requests.feed(data):
            if self.silent:
                return
            exchange = self._requested(piece)
            if self._evades():
                return
            if self.link.faults and piece.begins is not None and not self._requests.ahead and exchange is not None:
                self._deal(exchange)
            piece = self._requests.rest(piece)
            if exchange is not None and exchange.strikes:
                self._struck_request(exchange, piece)
            else:
                self.pass_on("request", piece.data)
        self._watch_no_more()

    def _evades(self) -> bool:
        """Tear the connection down where no request can be made out, so that none passes by the faults.

        Servers are lenient: what is no request here may be one to them.
        """
        if self._requests.raw and not self._switched and self.link.faults:
            self.reset()
        return self.silent

    def target_sent(self, data: bytes) -> None:
        """Bytes from the target."""
        if not self._watching:
            if self.strikes:
                self.pass_on("response", data)
            else:
                self.client.send(data)
            self._look_later(self._responses, data)
            return
        for piece in self._responses.feed(data):
            if self.silent:
                return
            exchange = self._responded(piece)
            piece = self._responses.rest(piece)
            if exchange is None or not exchange.strikes:
                self.pass_on("response", piece.data)
            else:
                self._struck_response(exchange, piece.data, piece.last)
            self._reply()
        self._watch_no_more()

    def client_ended(self) -> None:
        """The client sends nothing more."""
        if not self.silent and (held := self._requests.finish()):
            self.pass_on("request", held)
        super().client_ended()

    def target_ended(self) -> None:
        """The target sends nothing more."""
        if not self.silent and (held := self._responses.finish()):
            self.pass_on("response", held)
        super().target_ended()

    def client_lost(self, _exc: Exception | None) -> None:
        """The client is gone: what still struck it is over."""
        for exchange in self._pending:
            for strike in exchange.strikes:
                strike.end()
        super().client_lost(_exc)

    # What messages there are

    def _requested(self, piece: Piece) -> Exchange | None:
        """The exchange that a piece of a request belongs to."""
        if isinstance(piece.begins, Head):
            self._current = Exchange(piece.begins)
            self._pending.append(self._current)
            if len(self._pending) > _MOST_PENDING:
                self.reset()
        exchange = self._current
        if piece.last and exchange is not None:
            exchange.complete = True
            self._current = None
        return exchange

    def _responded(self, piece: Piece) -> Exchange | None:
        """The exchange that a piece of its last response belongs to; it is pending no more once that is complete."""
        if isinstance(piece.begins, Status) and self._interim(piece.begins):
            return None
        exchange = self._pending[0] if self._pending else None
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

    def _awaited_method(self) -> str | None:
        return self._pending[0].head.method if self._pending else None

    def _look_later(self, framer: Framer, data: bytes) -> None:
        """Note what was passed on: looking at it can wait until a fault is set, or until there is much of it."""
        self._unseen.append((framer, data))
        if len(self._unseen) >= _UNSEEN or len(data) > _LARGE:
            self._look()

    def _look(self) -> None:
        unseen, self._unseen = self._unseen, []
        for framer, data in unseen:
            note = self._requested if framer is self._requests else self._responded
            for piece in framer.feed(data):
                note(piece)
                if self.silent:
                    return
            framer.ahead = framer.kept

    def _watch(self) -> None:
        """From now on look at messages before they are passed on."""
        if not self._watching:
            self._look()
            self._watching = True

    def _watch_no_more(self) -> None:
        """Once no fault is set and none is at work here, messages are passed on before they are looked at."""
        if self.link.faults or self._requests.kept or self._responses.kept:
            return
        self._watching = any(exchange.strikes for exchange in self._pending)

    # What faults do

    def _deal(self, exchange: Exchange) -> None:
        caller = self.caller()
        dealt = (armed.deal(caller, exchange.head) for armed in self.link.faults if armed.reach == "traffic")
        exchange.strikes = [strike for strike in dealt if strike is not None]

    def _struck_request(self, exchange: Exchange, piece: Piece) -> None:
        if exchange.reply is None and piece.begins is not None:
            for strike in exchange.of("request"):
                if isinstance(strike.blow.ending, Reply):
                    exchange.reply = exchange.reply or strike
                elif strike.blow.ending is not None:
                    strike.begin()
                    self.endure(strike)
                    return
        if exchange.reply is None:
            self._pass_struck(exchange, "request", piece.data, piece.begins is not None, piece.last)
            return
        impatient = "expect" in exchange.head.headers
        if piece.last or impatient:
            exchange.complete = piece.last
            self._reply()

    def _struck_response(self, exchange: Exchange, data: bytes, last: bool) -> None:
        first = not exchange.answered
        exchange.answered = True
        for strike in exchange.of("response"):
            if strike.blow.ending is not None:
                strike.begin()
                self.endure(strike)
                return
        self._pass_struck(exchange, "response", data, first, last)

    def _pass_struck(self, exchange: Exchange, side: Side, data: bytes, first: bool, last: bool) -> None:
        """Send what is struck; a strike that holds up is over with the first piece, one that paces with the last."""
        strikes = exchange.of(side)
        lines = [line for strike in strikes if (line := strike.line(self.source)) is not None]
        hold = sum(strike.blow.hold for strike in strikes) if first else 0.0
        over = [strike for strike in strikes if (first if strike.blow.pace is None else last)]
        for strike in strikes:
            strike.begin()
        self.pass_on(side, data, hold, lines, lambda: _end(over))

    def _reply(self) -> None:
        """Send the answers that faults give, as far as it is their turn."""
        while self._pending and (strike := self._pending[0].reply) and not self.silent:
            exchange = self._pending[0]
            impatient = "expect" in exchange.head.headers
            if not (exchange.complete or impatient):
                return
            strike.begin()
            self._pending.popleft()
            self._struck_response(exchange, _answer(strike, exchange.head, close=impatient), last=True)
            strike.end()
            if impatient:
                self.silent = True
                self.client.finish(self.client.close)


def _end(strikes: list[Strike]) -> None:
    for strike in strikes:
        strike.end()


def _answer(strike: Strike, head: Head, close: bool) -> bytes:
    reply = strike.blow.ending
    assert isinstance(reply, Reply)
    reason = HTTPStatus(reply.status).phrase if reply.status in HTTPStatus._value2member_map_ else "Error"
    lines = [
        f"HTTP/1.1 {reply.status} {reason}",
        f"Content-Type: {reply.media}",
        f"Content-Length: {len(reply.body)}",
        *(["Connection: close"] if close else []),
    ]
    body = b"" if head.method == "HEAD" else reply.body
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
