"""A relayed TCP connection: what comes in on one side goes out on the other, unless a fault strikes it.

Without a fault it is as transparent as a wire: half-closes, resets and slow readers are passed on as they are.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

from simulator import sockets
from simulator.faults.base import End, Reset, Silence
from simulator.faults.base import Side as Direction
from simulator.field.attempts import Log
from simulator.field.config import Link
from simulator.field.copies import Copies
from simulator.field.fault_injection import ActiveFault, LinkInjection, Origin
from simulator.field.pace import Line
from simulator.field.side import Side, Slices, Then
from simulator.field.toll import ACCEPT, Toll

_DIAL = 10.0
"""Seconds that a target may take to accept a connection."""


class LinkState(Protocol):
    """What a connection knows of the link that it belongs to."""

    config: Link
    faults: tuple[ActiveFault, ...]
    connections: dict["Connection", None]
    copies: Copies
    log: Log | None
    """Where the lap's rows of attempts and connections go; None: there is no lap, or nobody asks."""

    toll: Toll | None
    """What the deployment's bytes are charged to; None: to nobody."""

    def number(self) -> int:
        """A number for one more connection."""

    @property
    def inward(self) -> bool:
        """Whether traffic comes in by it, and the deployment is its target."""

    @property
    def full(self) -> bool:
        """Whether it takes no more connections."""

    @property
    def down(self) -> bool:
        """Whether it takes none at all."""

    def caller(self, transport: asyncio.Transport | None) -> Origin:
        """Who sends on the connection that was accepted as `transport`."""


class Connection:
    """A client's connection and the one behind it to the target; strikes are dealt to the connection."""

    def __init__(self, link: LinkState) -> None:
        self.link = link
        self.client = Side()
        self.target = Side()
        self.client.received, self.target.received = self.client_sent, self.target_sent
        self.client.ended, self.target.ended = self.client_ended, self.target_ended
        self.client.connected = self.accepted
        self.client.lost, self.target.lost = self.client_lost, self.target_lost
        self.client.source, self.target.source = self.target, self.client
        if link.toll is not None:
            self.target.pay(link.toll)
            if not link.inward:
                self.client.pay(link.toll)
        self.silent = False
        """Nothing is passed on any more, in either direction."""
        self.strikes: dict[ActiveFault, LinkInjection] = {}
        self._spared: set[ActiveFault] = set()
        """The faults that have dealt a blank to this connection: they deal to it once."""
        self._dialling: asyncio.Task[None] | None = None
        self._closing: asyncio.TimerHandle | None = None
        self.number = 0
        self.opened = self.used = time.monotonic()
        """When the client came, and when bytes last passed."""
        self.left: float | None = None
        """When the client was known to send nothing more."""

    # What the sockets tell

    def accepted(self) -> None:
        """The client is connected: dial the target, unless a fault refuses the connection."""
        self.number = self.link.number()
        if self.link.toll is not None and not self.link.inward:
            self.link.toll.charge(ACCEPT)
        if self.link.full or self.link.down:
            self._refuse()
            return
        self.link.connections[self] = None
        for armed in self.link.faults:
            if armed.reach == "opening" and (strike := armed.draw(self.caller())):
                strike.begin()
                strike.end()
                self._refuse()
                return
        self.draw(self.link.faults)
        self._dialling = asyncio.get_running_loop().create_task(self._dial())

    def _refuse(self) -> None:
        if self.link.log is not None and self.link.config.protocol == "http":
            self.link.log.refused(self.number, self.opened)
        self.reset()

    async def _dial(self) -> None:
        target = self.link.config.target
        if self.link.toll is not None and not self.link.inward and (wait := self.link.toll.wait()):
            await asyncio.sleep(wait)
        try:
            async with asyncio.timeout(_DIAL):
                await sockets.dial(lambda: self.target, target.host, target.port)
        except OSError:  # a time-out is one
            self.target.abandon()
            self.client.reset()

    def client_sent(self, data: bytes) -> None:
        """Bytes from the client."""
        self.used = time.monotonic()
        if self.strikes:
            self.pass_on("request", data)
        elif not self.silent:
            self.target.send(data)

    def target_sent(self, data: bytes) -> None:
        """Bytes from the target."""
        self.used = time.monotonic()
        if self.strikes:
            self.pass_on("response", data)
        elif not self.silent:
            self.client.send(data)

    def client_ended(self) -> None:
        """The client sends nothing more, or is gone: which of the two only shows when something is sent to it."""
        self.left = time.monotonic()
        if self.silent:
            self.client.finish(self.client.close)
            return
        self._pass_end("request")

    def target_ended(self) -> None:
        """The target sends nothing more."""
        if not self.silent:
            self._pass_end("response")

    def client_lost(self, _exc: Exception | None) -> None:
        """The client is gone; what it has sent still arrives."""
        if self in self.link.connections:
            del self.link.connections[self]
            self.note(time.monotonic())
        if self._closing is not None:
            self._closing.cancel()
        for strike in self.strikes.values():
            if not (strike.blow.close and strike.begun):  # one that holds up the end is over with it
                strike.end()
        self.strikes.clear()
        self.target.finish(self.target.close)

    def target_lost(self, exc: Exception | None) -> None:
        """The target is gone; what it has sent still arrives."""
        if not self.silent:
            self.client.finish(self.client.close if exc is None else self.client.reset)

    def _close_when_both_ended(self) -> None:
        if self.client.ended_in and self.target.ended_in:
            self.client.finish(self.client.close)
            self.target.finish(self.target.close)

    def look(self) -> None:
        """Look at what has passed meanwhile."""

    def note(self, closed: float | None) -> None:
        """Its row: it is closed, or (None) the lap is over."""
        if self.link.log is not None:
            self.link.log.connection(self.number, self.opened, self.used, closed)

    # What faults do

    def caller(self) -> Origin:
        """Who the client is, as far as the link knows."""
        return self.link.caller(self.client.transport)

    @property
    def source(self) -> str:
        """The client's address; of all who come by a Unix socket it is one."""
        name = self.client.transport.get_extra_info("peername") if self.client.transport is not None else None
        return str(name[0]) if isinstance(name, tuple) else ""

    def draw(self, faults: Sequence[ActiveFault]) -> None:
        """Faults were switched on or off: those that stay go on, new ones are dealt to this connection."""
        self._spared.intersection_update(faults)
        for armed in [armed for armed in self.strikes if armed not in faults]:
            over = self.strikes.pop(armed)
            if armed.releases_held:
                self._let_go(over)
            over.end()
        for armed in faults:
            if armed in self.strikes:
                if self.strikes[armed].renew() and armed.releases_held:
                    self._revise(self.strikes[armed])
            elif armed.reach == "connection" and armed not in self._spared:
                self._deal_to(armed)

    def _deal_to(self, armed: ActiveFault) -> None:
        strike = armed.draw(self.caller())
        if strike is None:
            self._spared.add(armed)
            return
        self.strikes[armed] = strike
        if armed.strikes_idle:
            self._revise(strike)

    def _revise(self, strike: LinkInjection) -> None:
        """What a strike does from now on, it does to bytes that are held up already and to an idle connection too."""
        if isinstance(strike.blow.ending, Silence):
            if self._closing is not None:
                self._closing.cancel()
                self._closing = None
            strike.begin()
            self.endure(strike)
        else:
            (self.target if strike.blow.on == "request" else self.client).hurry()

    def _let_go(self, strike: LinkInjection) -> None:
        """A strike is over: what it has held up goes on, unless it has lost bytes."""
        if isinstance(strike.blow.ending, Silence) and strike.begun:
            self.close()
        elif not isinstance(strike.blow.ending, Reset):
            (self.target if strike.blow.on == "request" else self.client).hurry()

    def pass_on(
        self,
        side: Direction,
        data: bytes,
        hold: float = 0.0,
        lines: Sequence[Line] = (),
        then: Then | None = None,
        slices: Slices | None = None,
    ) -> None:
        """Send what came in, as far and as fast as the strikes on the connection let it."""
        out = self.target if side == "request" else self.client
        last: LinkInjection | None = None
        for strike in [strike for strike in self.strikes.values() if strike.blow.on == side]:
            blow = strike.blow
            strike.by(self.caller())
            if blow.ending is not None:
                data, over = strike.spare(data)
                last = strike if over else last
                continue
            if not (blow.close or blow.loss):
                strike.begin()
            hold += strike.again().hold + strike.stall(len(data))
            line = strike.line(self.source)
            lines = (*lines, line) if line is not None else lines
            slices = strike.slices or slices
        if not self.silent and (data or then):
            out.send(data, hold, lines, slices, then)
        if last is not None:
            last.begin()
            self.endure(last)

    def _pass_end(self, side: Direction) -> None:
        out = self.target if side == "request" else self.client
        strikes = [strike for strike in self.strikes.values() if strike.blow.on == side]
        torn = next((s for s in strikes if s.armed.strikes_idle and isinstance(s.blow.ending, Reset)), None)
        if torn is not None:
            torn.begin()
            self.endure(torn)
            return
        slow = [strike for strike in strikes if strike.blow.close]
        for strike in slow:
            strike.begin()

        def end() -> None:
            out.end()
            for strike in slow:
                strike.end()

        out.finish(end, sum(strike.blow.close for strike in slow))
        self._close_when_both_ended()

    def endure(self, strike: LinkInjection) -> None:
        """The connection ends as the strike's blow says, once all that was passed on before has left."""
        ending = strike.blow.ending
        if self.silent:
            return
        if isinstance(ending, Silence):
            self.silent = not strike.armed.releases_held
            if ending.after is not None and self._closing is None:
                self._close_later(ending.after, self.close)
        elif isinstance(ending, End):
            self.silent = True
            strike.end()
            self.client.finish(self.client.close)
            self.target.finish(self.target.close)
        elif isinstance(ending, Reset):
            self.silent = True
            self._close_later(ending.after, lambda: self._tear(strike))

    def _close_later(self, after: float, how: Then) -> None:
        if after:
            self._closing = asyncio.get_running_loop().call_later(after, how)
        else:
            how()

    def _tear(self, strike: LinkInjection) -> None:
        strike.end()
        if strike.blow.spares:
            self.client.finish(self.client.tear)
        else:
            self.reset()

    def reset(self) -> None:
        """Tear the client's connection down; the target's closes once it has all that was passed on."""
        self.silent = True
        self.client.reset()

    def stop(self) -> None:
        """The link is no more."""
        if self._dialling is not None:
            self._dialling.cancel()
        self.client.close()
        self.target.close()

    def close(self) -> None:
        """Close both sides, once what was passed on has left."""
        self.client.close()
        self.target.finish(self.target.close)
