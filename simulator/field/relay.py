"""A relayed TCP connection: what comes in on one side goes out on the other, unless a fault is injected into it.

Without a fault it is as transparent as a wire: half-closes, resets and slow readers are passed on as they are.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

from simulator import sockets
from simulator.faults.effects import Delay, DelayedClose, End, Reset, Silence
from simulator.faults.effects import Side as Direction
from simulator.field.attempts import Log
from simulator.field.config import Link
from simulator.field.copies import Copies
from simulator.field.fault_injection import ActiveFault, LinkInjection, Origin
from simulator.field.pace import Line
from simulator.field.side import Side, Slices, Then
from simulator.field.toll import ACCEPT_S, Toll

_DIAL_TIMEOUT_S = 10.0
"""How long a target may take to accept a connection."""


class LinkState(Protocol):
    """The link that a connection belongs to, as far as the connection knows it."""

    config: Link
    faults: tuple[ActiveFault, ...]
    connections: dict["Connection", None]
    copies: Copies
    log: Log | None
    """Where the lap's rows of attempts and connections go; None: no lap runs, or nobody asks."""

    toll: Toll | None
    """The account that the deployment's bytes are charged to; None: they are charged to nobody."""

    def number(self) -> int:
        """Return a number for one more connection."""

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
        """Return who sends on the connection that was accepted as `transport`."""


class Connection:
    """A client's connection and the one behind it to the target; faults are injected into the two as one."""

    def __init__(self, link: LinkState) -> None:
        self.link = link
        self.client = Side()
        self.target = Side()
        self.client.received, self.target.received = self.client_sent, self.target_sent
        self.client.ended, self.target.ended = self.client_ended, self.target_ended
        self.client.connected = self.accepted
        self.client.lost, self.target.lost = self.client_lost, self.target_lost
        self.client.source, self.target.source = self.target, self.client
        self.client.light, self.target.light = self.light_request, self.light_response
        if link.toll is not None:
            self.target.pay(link.toll)
            if not link.inward:
                self.client.pay(link.toll)
        self.silent = False
        """Nothing is passed on any more, in either direction."""
        self.injections: dict[ActiveFault, LinkInjection] = {}
        self._spared: set[ActiveFault] = set()
        """The faults that did not draw this connection: they draw once for it."""
        self._dialling: asyncio.Task[None] | None = None
        self._closing: asyncio.TimerHandle | None = None
        self.number = 0
        self.opened = self.used = time.monotonic()
        """When the client came, and when bytes last passed."""
        self.left: float | None = None
        """When the client was known to send nothing more."""

    # What the sockets tell

    def accepted(self) -> None:
        """Dial the target, now that the client is connected, unless a fault refuses the connection."""
        self.number = self.link.number()
        if self.link.toll is not None and not self.link.inward:
            self.link.toll.charge(ACCEPT_S)
        if self.link.full or self.link.down:
            self._refuse()
            return
        self.link.connections[self] = None
        for fault in self.link.faults:
            if fault.reach == "opening" and (injection := fault.draw(self.caller())):
                injection.begin()
                injection.end()
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
            async with asyncio.timeout(_DIAL_TIMEOUT_S):
                await sockets.dial(lambda: self.target, target.host, target.port)
        except OSError:  # a time-out is one
            self.target.abandon()
            self.client.reset()

    def client_sent(self, data: bytes) -> None:
        """Pass on bytes from the client."""
        self.used = time.monotonic()
        if self.injections:
            self.pass_on("request", data)
        elif not self.silent:
            self.target.pass_on(data)

    def target_sent(self, data: bytes) -> None:
        """Pass on bytes from the target."""
        self.used = time.monotonic()
        if self.injections:
            self.pass_on("response", data)
        elif not self.silent:
            self.client.pass_on(data)

    def light_request(self, _count: int) -> bool:
        """Whether so many bytes from the client are only passed on."""
        return not self.injections

    def light_response(self, _count: int) -> bool:
        """Whether so many bytes from the target are only passed on."""
        return not self.injections

    def client_ended(self) -> None:
        """Pass on that the client sends nothing more, or is gone: which of the two, only a write to it shows."""
        self.left = time.monotonic()
        if self.silent:
            self.client.finish(self.client.close)
            return
        self._pass_end("request")

    def target_ended(self) -> None:
        """Pass on that the target sends nothing more."""
        if not self.silent:
            self._pass_end("response")

    def client_lost(self, _exc: Exception | None) -> None:
        """Let what the client has sent arrive, now that the client is gone."""
        if self in self.link.connections:
            del self.link.connections[self]
            self.note(time.monotonic())
        if self._closing is not None:
            self._closing.cancel()
        for injection in self.injections.values():
            holds_end = injection.effect.get(DelayedClose) and injection.begun
            if not holds_end:  # one that does is over with the end
                injection.end()
        self.injections.clear()
        self.target.finish(self.target.close)

    def target_lost(self, exc: Exception | None) -> None:
        """Let what the target has sent arrive, now that the target is gone."""
        if not self.silent:
            self.client.finish(self.client.close if exc is None else self.client.reset)

    def _close_when_both_ended(self) -> None:
        if self.client.ended_in and self.target.ended_in:
            self.client.finish(self.client.close)
            self.target.finish(self.target.close)

    def look(self) -> None:
        """Look at what has passed meanwhile; a connection of raw bytes has nothing to see."""

    def note(self, closed: float | None) -> None:
        """Write its row: it was closed in monotonic second `closed`, or (None) the lap is over."""
        if self.link.log is not None:
            self.link.log.connection(self.number, self.opened, self.used, closed)

    # What faults do

    def caller(self) -> Origin:
        """Return who the client is, as far as the link knows."""
        return self.link.caller(self.client.transport)

    @property
    def source(self) -> str:
        """The client's address; all who come by a Unix socket have the same, an empty one."""
        name = self.client.transport.get_extra_info("peername") if self.client.transport is not None else None
        return str(name[0]) if isinstance(name, tuple) else ""

    def draw(self, faults: Sequence[ActiveFault]) -> None:
        """Inject the faults that were switched on meanwhile, end those that were switched off, and leave the others."""
        self._spared.intersection_update(faults)
        for fault in [fault for fault in self.injections if fault not in faults]:
            over = self.injections.pop(fault)
            if fault.releases_held:
                self._let_go(over)
            over.end()
        for fault in faults:
            if fault in self.injections:
                if self.injections[fault].renew() and fault.releases_held:
                    self._revise(self.injections[fault])
            elif fault.reach == "connection" and fault not in self._spared:
                self._inject(fault)

    def _inject(self, fault: ActiveFault) -> None:
        injection = fault.draw(self.caller())
        if injection is None:
            self._spared.add(fault)
            return
        self.injections[fault] = injection
        if fault.affects_idle:
            self._revise(injection)

    def _revise(self, injection: LinkInjection) -> None:
        """Do what an injection does from now on to bytes that are held up already, and to an idle connection too."""
        if isinstance(injection.ending, Silence):
            if self._closing is not None:
                self._closing.cancel()
                self._closing = None
            injection.begin()
            self.end_by(injection)
        else:
            (self.target if injection.effect.on == "request" else self.client).hurry()

    def _let_go(self, injection: LinkInjection) -> None:
        """Let go on what an injection that is over has held up, unless it has lost bytes."""
        ending = injection.ending
        if isinstance(ending, Silence) and injection.begun:
            self.close()
        elif not isinstance(ending, Reset):
            (self.target if injection.effect.on == "request" else self.client).hurry()

    def _injected(self, side: Direction) -> list[LinkInjection]:
        """Return the injections into what passes in this direction."""
        return [injection for injection in self.injections.values() if injection.effect.on == side]

    def pass_on(
        self,
        side: Direction,
        data: bytes,
        hold: float = 0.0,
        lines: Sequence[Line] = (),
        then: Then | None = None,
        slices: Slices | None = None,
    ) -> None:
        """Send what came in, as far and as fast as the faults of the connection let it."""
        out = self.target if side == "request" else self.client
        last: LinkInjection | None = None
        for injection in self._injected(side):
            injection.by(self.caller())
            if injection.ending is not None:
                data, over = injection.spare(data)
                last = injection if over else last
                continue
            if all(part.starts != "itself" for part in injection.effect.parts):
                injection.begin()
            delay = injection.again().get(Delay)
            hold += (delay.seconds if delay is not None else 0.0) + injection.stall(len(data))
            line = injection.line(self.source)
            lines = (*lines, line) if line is not None else lines
            slices = injection.slices or slices
        if not self.silent and (data or then):
            out.send(data, hold, lines, slices, then)
        if last is not None:
            last.begin()
            self.end_by(last)

    def _pass_end(self, side: Direction) -> None:
        out = self.target if side == "request" else self.client
        injections = self._injected(side)
        torn = next((i for i in injections if i.fault.affects_idle and isinstance(i.ending, Reset)), None)
        if torn is not None:
            torn.begin()
            self.end_by(torn)
            return
        delays = {injection: delay for injection in injections if (delay := injection.effect.get(DelayedClose))}
        for injection in delays:
            injection.begin()

        def end() -> None:
            out.end()
            for injection in delays:
                injection.end()

        out.finish(end, sum(delay.seconds for delay in delays.values()))
        self._close_when_both_ended()

    def end_by(self, injection: LinkInjection) -> None:
        """End the connection as an injection says, once all that was passed on before has left."""
        ending = injection.ending
        if self.silent:
            return
        if isinstance(ending, Silence):
            self.silent = not injection.fault.releases_held
            if ending.after is not None and self._closing is None:
                self._close_later(ending.after, self.close)
        elif isinstance(ending, End):
            self.silent = True
            injection.end()
            self.client.finish(self.client.close)
            self.target.finish(self.target.close)
        elif isinstance(ending, Reset):
            self.silent = True
            self._close_later(ending.after, lambda: self._tear(injection))

    def _close_later(self, after: float, how: Then) -> None:
        if after:
            self._closing = asyncio.get_running_loop().call_later(after, how)
        else:
            how()

    def _tear(self, injection: LinkInjection) -> None:
        injection.end()
        if injection.allowed:
            self.client.finish(self.client.tear)
        else:
            self.reset()

    def reset(self) -> None:
        """Tear the client's connection down; the target's closes once it has all that was passed on."""
        self.silent = True
        self.client.reset()

    def stop(self) -> None:
        """Close both sides, because the link is no more."""
        if self._dialling is not None:
            self._dialling.cancel()
        self.client.close()
        self.target.close()

    def close(self) -> None:
        """Close both sides, once what was passed on has left."""
        self.client.close()
        self.target.finish(self.target.close)
