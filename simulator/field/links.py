"""The links of a world: where the deployment (or traffic) dials, and what happens on the way to the real thing."""

import asyncio
import socket
from collections.abc import Hashable, Sequence
from contextlib import nullcontext
from ipaddress import ip_address

from simulator import sockets
from simulator.field.attempts import Log
from simulator.field.config import Link
from simulator.field.copies import Copies
from simulator.field.fault_injection import UNKNOWN_ORIGIN, ActiveFault, LinkInjection, Origin
from simulator.field.http_connection import HttpConnection
from simulator.field.relay import Connection
from simulator.field.toll import Toll
from simulator.plan import is_path
from simulator.protocol.live import LinkFault, LinkState

_CONNECTIONS: dict[str, type[Connection]] = {"http": HttpConnection, "tcp": Connection}
_BACKLOG = 1024
MAX_CONNECTIONS = 4096
"""Open at once on a link of the deployment's; one more is refused. Without a bound it could take all of the field's
memory and sockets, and the world would end as if that were our failure."""


def end(name: tuple[str, int] | bytes | str) -> Hashable:
    """Return what tells a socket's name from all others on this machine: a port, or the name of a Unix socket."""
    return name[1] if isinstance(name, tuple) else name


class LinkServer:
    """Listens for one link and relays each connection to its target."""

    def __init__(self, config: Link, room: int = MAX_CONNECTIONS, toll: Toll | None = None) -> None:
        """`room` is how many connections this process has files for; `toll` pays for what the deployment sends."""
        self.config = config
        self.toll = toll
        self.faults: tuple[ActiveFault, ...] = ()
        """The faults that are switched on, in the order in which they are injected."""
        self._scheduled: tuple[ActiveFault, ...] = ()
        self._toxics: tuple[ActiveFault, ...] = ()
        self.callers: dict[Hashable, Origin] = {}
        """Who sends what, by the end of the connection that the field's own traffic sends from."""
        self.connections: dict[Connection, None] = {}
        """The open ones, in the order in which they were accepted."""
        self.copies = Copies(config.target)
        """Requests that reach the target a second time."""
        self.log: Log | None = None
        """Where rows of what the deployment tries go while a lap runs."""
        self._accepted = 0
        self._room = room
        self._make = _CONNECTIONS[config.protocol]
        self._address = config.listen.host, config.listen.port
        self._server: asyncio.Server | None = None
        self._opening: asyncio.Task[None] | None = None
        self._down: dict[ActiveFault, LinkInjection] = {}
        """The faults that keep it from listening."""

    async def start(self) -> None:
        """Listen. Raises `OSError` where the address is taken."""
        self._open()
        if self._opening is not None:
            await self._opening

    def _open(self) -> None:
        """Listen: whoever dials from now on gets through."""
        listener = sockets.listener(*self._address, _BACKLOG)
        if not is_path(self._address[0]):
            self._address = listener.getsockname()[:2]
        self._opening = asyncio.get_running_loop().create_task(self._serve(listener))

    async def _serve(self, listener: socket.socket) -> None:
        self._server = await sockets.serve_on(self._accept, listener, _BACKLOG)

    def _close(self) -> None:
        """Listen no more: whoever dials from now on is refused."""
        if self._opening is not None:
            self._opening.cancel()
        if self._server is not None:
            self._server.close()
        self._server = self._opening = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port at which the field's own traffic reaches it."""
        host, port = self._address
        return ("127.0.0.1" if not is_path(host) and ip_address(host).is_unspecified else host), port

    @property
    def inward(self) -> bool:
        """Whether traffic comes in by it, and the deployment is its target."""
        return self.config.ready is not None

    @property
    def down(self) -> bool:
        """Whether it takes no connections at all."""
        return bool(self._down)

    def arm(self, faults: Sequence[ActiveFault]) -> None:
        """Inject these faults from now on; connections stay, and what was injected before goes on.

        Raises `OSError` where it was down and somebody has taken its address meanwhile.
        """
        self._scheduled = tuple(faults)
        self._switch()

    def poison(self, toxics: Sequence[ActiveFault]) -> None:
        """Inject these beside those of the phases, whatever phase or lap it is. Raises `OSError` as `arm` does."""
        self._toxics = tuple(toxics)
        self._switch()

    def record(self, log: Log | None) -> None:
        """Begin a lap, whose rows go to `log`, or (None) end it: what is still open gets its rows."""
        if self.inward:  # traffic has rows of its own
            return
        if self.log is not None:
            for connection in list(self.connections):
                connection.note(None)
            self.log.close()
        self.log = log

    def look(self) -> None:
        """Look at what has passed meanwhile, so that its rows come soon."""
        if self.log is not None:
            with self.toll.work() if self.toll is not None else nullcontext():
                for connection in list(self.connections):
                    connection.look()

    def number(self) -> int:
        """Return a number for one more connection."""
        self._accepted += 1
        return self._accepted

    def turn(self) -> None:
        """End a lap, behind which toxics go on."""
        for fault in self._toxics:
            fault.turn()

    def _switch(self) -> None:
        """Switch on what the phases and the toxics say, and switch off everything else."""
        self.faults = (*self._scheduled, *self._toxics)
        for connection in list(self.connections):
            connection.draw(self.faults)
        was_down = self.down
        for fault in [fault for fault in self._down if fault not in self.faults]:
            self._down.pop(fault).end()
        for fault in self.faults:
            if fault.reach == "link" and fault not in self._down:
                self._take_down(fault)
        if self.down and not was_down:
            self._close()
        if was_down and not self.down:
            self._open()

    def _take_down(self, fault: ActiveFault) -> None:
        """Drop every connection; one row says how long the link was down, and one stands for each connection."""
        whole = fault.draw()
        if whole is None:
            return
        whole.begin()
        self._down[fault] = whole
        for connection in list(self.connections):
            if injection := fault.draw(connection.caller()):
                injection.begin()
                injection.end()
            connection.stop()

    def shown(self) -> LinkState:
        """Return what a person who watches sees of it: the faults that are on, and how often each took effect."""
        faults = (
            LinkFault(kind=f.kind.name, params=f.said(), share=f.use.share, struck=f.struck, by_hand=f in self._toxics)
            for f in self.faults
        )
        return LinkState(
            name=self.config.name, inward=self.inward, connections=len(self.connections), faults=tuple(faults)
        )

    def caller(self, transport: asyncio.Transport | None) -> Origin:
        """Return who sends on the connection that was accepted as `transport`."""
        if not self.callers or transport is None:
            return UNKNOWN_ORIGIN
        return self.callers.get(end(transport.get_extra_info("peername")), UNKNOWN_ORIGIN)

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        self._close()
        self.copies.stop()
        for connection in list(self.connections):
            connection.stop()

    @property
    def full(self) -> bool:
        """Whether it takes no more connections. One that traffic comes in by takes whatever is due."""
        most = min(self.config.connections or MAX_CONNECTIONS, self._room)
        return not self.inward and len(self.connections) >= most

    def _accept(self) -> asyncio.Protocol:
        return self._make(self).client
