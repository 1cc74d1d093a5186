"""An HTTP/1.1 connection without its sockets: bytes go in, and what is to be done comes out as actions.

The messages on a connection are observed, so that one that a fault is injected into can be held up, answered or cut
off, in order with those before and behind it when the connection is kept alive or pipelined. Without a fault, bytes
are passed on first and looked at later, many at a time: all that must be known then is where the next request begins
once a fault is set.

Actions come one by one, as the bytes are worked on: whoever does them says at once (`silent`) when one has ended the
connection. Times are seconds of the machine's monotonic clock.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from simulator.field.answers import answer
from simulator.field.attempts import Attempt, Result
from simulator.field.exchange import Exchange
from simulator.field.fault_injection import LinkInjection, Origin
from simulator.field.framing import Piece
from simulator.field.http_actions import (
    Action,
    Answered,
    CloseClient,
    CutOff,
    EndBy,
    Last,
    ResetClient,
    Send,
)
from simulator.field.http_messages import HttpLink, HttpMessages

_MOST_UNSEEN, _LARGE = 32, 4096
"""Chunks that a connection notes before it looks at them, and bytes of one that it looks at at once."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class HttpState:
    """What happens on one client's connection on an `http` link."""

    def __init__(self, link: HttpLink, caller: Callable[[], Origin]) -> None:
        """`caller` tells who the client is, as far as the link knows."""
        self._link = link
        self._caller = caller
        self.messages = HttpMessages(link)
        self._requests, self._responses = self.messages.requests, self.messages.responses
        self._unseen = self.messages.unseen
        self.watching = False
        """Whether messages are looked at before they are passed on: then bytes go in by the `receive_…` methods."""
        self.silent = False
        """Whether nothing is passed on any more."""
        self._held: list[Piece] = []
        """What has come of a request that waits for its business key."""
        self._last: LinkInjection | None = None
        """The injection that ended the connection, as long as it stands."""

    # Bytes that were passed on already

    def passed_request(self, data: bytes, now: float) -> Sequence[Action]:
        """Note what was passed on to the target while no fault was set and `watching` was false."""
        unseen = self._unseen
        unseen.append((self._requests, data, now))
        return self.look() if len(unseen) >= _MOST_UNSEEN or len(data) > _LARGE else ()

    def passed_response(self, data: bytes, now: float) -> Sequence[Action]:
        """Note what was passed on to the client while `watching` was false."""
        unseen = self._unseen
        if len(data) > _LARGE and self.is_light(len(data)):
            self._responses.skip(len(data))
            return ()
        unseen.append((self._responses, data, now))
        return self.look() if len(unseen) >= _MOST_UNSEEN or len(data) > _LARGE else ()

    def is_light(self, count: int) -> bool:
        """Whether the next bytes of a response need no look: they are in the middle of a body, and no fault is set."""
        return not (self.watching or self._unseen) and self._responses.in_body(count)

    def is_noted(self, count: int) -> bool:
        """Whether so many bytes that come next are noted and no more: no fault is set, and their look is not due."""
        return not self.watching and count <= _LARGE and len(self._unseen) < _MOST_UNSEEN - 1

    def look(self) -> Sequence[Action]:
        """Look at what was passed on and only noted."""
        self.messages.look()
        if not self.messages.flooded:
            return ()
        self.silent = True
        return (ResetClient(),)

    # Bytes that come in

    def receive_request(self, data: bytes, now: float) -> Iterator[Action]:
        """Take bytes from the client."""
        return self._until_silent(self._request(data, now))

    def receive_response(self, data: bytes, now: float) -> Iterator[Action]:
        """Take bytes from the target."""
        return self._until_silent(self._response(data, now))

    def end_request(self, now: float) -> Iterator[Action]:
        """Take it that the client sends nothing more."""
        return self._until_silent(self._request_ended(now))

    def end_response(self, now: float) -> Iterator[Action]:
        """Take it that the target sends nothing more."""
        return self._until_silent(self._response_ended(now))

    def left(self, attempt: Attempt, now: float) -> None:
        """Take it that the answer to an attempt has left."""
        self.messages.answered(attempt, now)

    def end_lap(self, result: Result, at: float) -> Sequence[Action]:
        """End the lap: what became of the attempts that are not over."""
        actions = self.look()
        self.messages.end_attempts(result, at)
        return actions

    def lose(self, result: Result, at: float) -> Sequence[Action]:
        """Take it that the client is gone: what faults still did to it is over."""
        actions = self.look()
        for exchange in self.messages.pending:
            exchange.end()
        self.messages.end_attempts(result, at)
        if self._last is not None:
            self._last.end()
        return actions

    def _until_silent(self, actions: Iterable[Action]) -> Iterator[Action]:
        for action in actions:
            if isinstance(action, Last):
                self.silent = True
                self._ended_by(action)
            yield action

    def _ended_by(self, action: Last) -> None:
        if isinstance(action, CutOff) and action.then != "stall":
            action.injection.end()
        elif isinstance(action, CutOff | EndBy):
            self._last = action.injection

    # Requests

    def _request(self, data: bytes, now: float) -> Iterator[Action]:
        yield from self._watch()
        messages = self.messages
        messages.now = now
        for piece in self._requests.feed(data):
            if self.silent:
                return
            exchange = messages.request(piece)
            if messages.flooded or self._evades():
                yield ResetClient()
                return
            if exchange is not None:
                self._prepare(exchange, piece)
            self._held.append(self._requests.rest(piece))
            if exchange is None or not self._waits_for_key(exchange, piece):
                yield from self._go_on_with(exchange)
        self._watch_no_more()

    def _request_ended(self, now: float) -> Iterator[Action]:
        yield from self.look()
        self.messages.now = now
        if self._held and not self.silent:
            yield from self._go_on_with(self.messages.current)
        if not self.silent and (held := self._requests.finish()):
            yield Send("request", held)

    def _watch(self) -> Sequence[Action]:
        """From now on look at messages before they are passed on."""
        if self.watching:
            return ()
        self.watching = True
        return self.look()

    def _watch_no_more(self) -> None:
        """Once no fault is set and none is at work here, messages are passed on before they are looked at."""
        messages = self.messages
        messages.pay()
        if self._link.faults or self._held or self._requests.kept or self._responses.kept:
            return
        self.watching = any(exchange.injections for exchange in messages.pending)

    def _evades(self) -> bool:
        """Whether no request can be made out here, so that it would pass by the faults.

        Servers are lenient: what is no request here may be one to them.
        """
        return self._requests.raw and not self.messages.switched and bool(self._link.faults)

    def _prepare(self, exchange: Exchange, piece: Piece) -> None:
        if self._link.faults and piece.begins is not None and not self._requests.ahead:
            exchange.undrawn = True
        if self.messages.key is not None:
            exchange.find_key(self.messages.key, piece.data)

    def _waits_for_key(self, exchange: Exchange, piece: Piece) -> bool:
        """Whether a request is held back because a share is drawn by its business key, which is still to come."""
        more = exchange.seen is not None and not piece.last and not exchange.impatient
        return exchange.undrawn and more and any(fault.by_key for fault in self._link.faults)

    def _go_on_with(self, exchange: Exchange | None) -> Iterator[Action]:
        """Draw the faults for a request, and let what was held back of it go on as they say."""
        if exchange is not None and exchange.undrawn:
            exchange.undrawn = False
            self._draw(exchange)
        held, self._held = self._held, []
        for piece in held:
            if self.silent:
                return
            if exchange is not None and exchange.injections:
                yield from self._injected_request(exchange, piece)
            else:
                yield Send("request", piece.data)

    def _draw(self, exchange: Exchange) -> None:
        caller = self._caller()
        if caller.key is None and exchange.key is not None:
            caller = Origin(caller.request, exchange.key)
        head = exchange.head
        drawn = [(fault, fault.draw(caller, head)) for fault in self._link.faults if fault.reach == "traffic"]
        exchange.inject([injection for _, injection in drawn if injection is not None])
        exchange.watchers = [fault for fault, injection in drawn if injection is None and fault.watches(head)]

    def _injected_request(self, exchange: Exchange, piece: Piece) -> Iterator[Action]:
        if piece.begins is not None:
            exchange.choose()
            if self._asks_for_body(exchange, piece):
                yield Send("response", _CONTINUE)
        if exchange.ending is not None:
            if piece.last or exchange.seen is None or exchange.impatient:
                exchange.ending.begin()
                yield EndBy(exchange.ending)
            return
        if exchange.reply is None:
            exchange.reply = yield from exchange.transforms["request"].feed(piece.data, piece.last)
        if exchange.reply is not None and (piece.last or exchange.impatient):
            exchange.complete = piece.last
            yield from self._reply()

    def _asks_for_body(self, exchange: Exchange, piece: Piece) -> bool:
        """Whether to ask for the body that a request is gathered with: the target, which would, does not see it."""
        gathers = exchange.reply is None and exchange.ending is None and exchange.transforms["request"].gathers
        return gathers and exchange.impatient and not piece.last and self.messages.pending[0] is exchange

    # Responses

    def _response(self, data: bytes, now: float) -> Iterator[Action]:
        messages = self.messages
        messages.now = now
        for piece in self._responses.feed(data):
            if self.silent:
                return
            exchange = messages.response(piece)
            if messages.flooded:
                yield ResetClient()
                return
            if messages.unframed:
                held, messages.unframed = messages.unframed, b""
                yield Send("request", held)
            if exchange is not None and exchange.watchers:
                exchange.keep(piece)
            yield from self._pass_response(exchange, self._responses.rest(piece))
            yield from self._reply()
        self._watch_no_more()

    def _pass_response(self, exchange: Exchange | None, piece: Piece) -> Iterator[Action]:
        if exchange is None or not exchange.injections:
            yield Send("response", piece.data)
        else:
            yield from self._injected_response(exchange, piece.data, piece.last)
        if piece.last and exchange is not None:
            yield from self._answered(exchange)

    def _injected_response(self, exchange: Exchange, data: bytes, last: bool) -> Iterator[Action]:
        ending = next((injection for injection in exchange.of("response") if injection.ending is not None), None)
        if ending is not None:
            ending.begin()
            yield EndBy(ending)
            return
        yield from exchange.transforms["response"].feed(data, last)

    def _answered(self, exchange: Exchange) -> Iterator[Action]:
        """Note that the last of an answer was sent on: its attempt is over once it has left, or with the connection."""
        if exchange.attempt is not None and not self.silent:
            yield Answered(exchange.attempt)

    def _reply(self) -> Iterator[Action]:
        """Send the answers that faults give, as far as it is their turn."""
        pending = self.messages.pending
        while pending and (given := pending[0].reply) and not self.silent:
            exchange, (injection, reply) = pending[0], given
            impatient = exchange.impatient and not exchange.complete
            if not (exchange.complete or impatient):
                return
            injection.begin()
            pending.popleft()
            exchange.tell(reply.status, reply.says("retry-after"), self.messages.now)
            data = answer(reply, exchange.head.method, close=impatient)
            yield from self._injected_response(exchange, data, last=True)
            injection.end()
            yield from self._answered(exchange)
            if impatient and not self.silent:
                yield CloseClient()

    def _response_ended(self, now: float) -> Iterator[Action]:
        yield from self.look()
        messages = self.messages
        messages.now = now
        if not self.silent and (held := self._responses.finish()):
            yield Send("response", held)
        if not self.silent and messages.pending:
            yield from self._ends_with_connection(messages.pending[0])

    def _ends_with_connection(self, exchange: Exchange) -> Iterator[Action]:
        """Pass a response on as its connection closes: whole if it was to last until then, else as far as it came."""
        endless = self._responses.endless
        if endless and exchange.watchers:
            exchange.learn()
        if endless and exchange.injections:
            yield from exchange.transforms["response"].finish()
            yield from self._answered(exchange)
        elif exchange.injections:
            yield Send("response", exchange.transforms["response"].release())
        elif endless:
            yield from self._answered(exchange)
