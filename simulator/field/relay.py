"""A relayed TCP connection: what comes in on one side goes out on the other, unless a fault strikes it.

Without a fault it is as transparent as a wire: half-closes, resets and slow readers are passed on as they are.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from simulator import sockets
from simulator.faults.base import Reset, Silence
from simulator.field.config import Link
from simulator.field.side import Side
from simulator.field.strikes import Armed, Caller, Strike

_DIAL = 10.0
"""Seconds that a target may take to accept a connection."""


class LinkState(Protocol):
    """What a connection knows of the link that it belongs to."""

    config: Link
    faults: tuple[Armed, ...]
    connections: dict["Connection", None]

    @property
    def full(self) -> bool:
        """Whether it takes no more connections."""

    def caller(self, transport: asyncio.Transport | None) -> Caller:
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
        self.silent = False
        """Nothing is passed on any more, in either direction."""
        self.strikes: dict[Armed, Strike] = {}
        self._dialling: asyncio.Task[None] | None = None
        self._closing: asyncio.TimerHandle | None = None

    # What the sockets tell

    def accepted(self) -> None:
        """The client is connected: dial the target, unless a fault refuses the connection."""
        if self.link.full:
            self.reset()
            return
        self.link.connections[self] = None
        for armed in self.link.faults:
            if armed.kind.accepting and (strike := armed.deal(self.caller())):
                strike.begin()
                strike.end()
                self.client.reset()
                return
        self.deal(self.link.faults)
        self._dialling = asyncio.get_running_loop().create_task(self._dial())

    async def _dial(self) -> None:
        target = self.link.config.target
        try:
            async with asyncio.timeout(_DIAL):
                await sockets.dial(lambda: self.target, target.host, target.port)
        except OSError:  # a time-out is one
            self.target.abandon()
            self.client.reset()

    def client_sent(self, data: bytes) -> None:
        """Bytes from the client."""
        if self.strikes:
            self._pass("request", data)
        elif not self.silent:
            self.target.send(data)

    def target_sent(self, data: bytes) -> None:
        """Bytes from the target."""
        if self.strikes:
            self._pass("response", data)
        elif not self.silent:
            self.client.send(data)

    def client_ended(self) -> None:
        """The client sends nothing more, or is gone: which of the two only shows when something is sent to it."""
        if self.silent:
            self.client.finish(self.client.close)
            return
        self.target.finish(self.target.end)
        self._close_when_both_ended()

    def target_ended(self) -> None:
        """The target sends nothing more."""
        if self.silent:
            return
        self.client.finish(self.client.end)
        self._close_when_both_ended()

    def client_lost(self, _exc: Exception | None) -> None:
        """The client is gone; what it has sent still arrives."""
        self.link.connections.pop(self, None)
        if self._closing is not None:
            self._closing.cancel()
        for strike in self.strikes.values():
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

    # What faults do

    def caller(self) -> Caller:
        """Who the client is, as far as the link knows."""
        return self.link.caller(self.client.transport)

    def deal(self, faults: Sequence[Armed]) -> None:
        """Faults were switched on or off: those that stay go on, new ones are dealt to this connection."""
        for armed in [armed for armed in self.strikes if armed not in faults]:
            self.strikes.pop(armed).end()
        for armed in faults:
            if not armed.kind.accepting and armed not in self.strikes and (strike := armed.deal(self.caller())):
                self.strikes[armed] = strike

    def _pass(self, side: str, data: bytes) -> None:
        hold, pace = 0.0, None
        for strike in self.strikes.values():
            if strike.blow.on != side:
                continue
            strike.begin()
            if strike.blow.ending is not None:
                self.endure(strike)
                return
            hold += strike.again().hold
            if strike.blow.pace is not None:
                pace = min(pace or strike.blow.pace, strike.blow.pace)
        if not self.silent:
            (self.target if side == "request" else self.client).send(data, hold, pace)

    def endure(self, strike: Strike) -> None:
        """The connection ends as the strike's blow says."""
        ending = strike.blow.ending
        if isinstance(ending, Reset):
            strike.end()
            self.reset()
        elif isinstance(ending, Silence) and not self.silent:
            self.silent = True
            if ending.after is not None:
                self._closing = asyncio.get_running_loop().call_later(ending.after, self.close)

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
