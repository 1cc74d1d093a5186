"""The links of a world: where the deployment (or traffic) dials, and what happens on the way to the real thing."""

import asyncio
from collections.abc import Hashable, Sequence
from ipaddress import ip_address
from typing import Any

from simulator import sockets
from simulator.field.config import Link
from simulator.field.exchanges import HttpConnection
from simulator.field.relay import Connection
from simulator.field.strikes import ANYONE, Armed, Caller
from simulator.plan import is_path

_CONNECTIONS: dict[str, type[Connection]] = {"http": HttpConnection, "tcp": Connection}
_BACKLOG = 1024
MAX_CONNECTIONS = 4096
"""Open at once on a link of the deployment's; one more is refused. Without a bound it could take all of the field's
memory and sockets, and the world would end as if that were our failure."""


def end(name: tuple[str, int] | bytes | str) -> Hashable:
    """What tells a socket's name from all others on this machine: a port, or the name of a Unix socket."""
    return name[1] if isinstance(name, tuple) else name


class LinkServer:
    """Listens for one link and relays each connection to its target."""

    def __init__(self, config: Link) -> None:
        self.config = config
        self.faults: tuple[Armed, ...] = ()
        """What is switched on; faults before strike before."""
        self.callers: dict[Hashable, Caller] = {}
        """Who sends what, by the end of the connection that the field's own traffic sends from."""
        self.connections: dict[Connection, None] = {}
        """The open ones, in the order in which they were accepted."""
        self._make = _CONNECTIONS[config.protocol]
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. Raises `OSError` where the address is taken."""
        listen = self.config.listen
        self._server = await sockets.serve(self._accept, listen.host, listen.port, _BACKLOG)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port at which the field's own traffic reaches it."""
        assert self._server is not None
        if is_path(self.config.listen.host):
            return self.config.listen.host, 0
        host, port = self._server.sockets[0].getsockname()[:2]
        return ("127.0.0.1" if ip_address(host).is_unspecified else str(host)), int(port)

    def arm(self, faults: Sequence[Armed]) -> None:
        """Strike with these from now on; connections stay, and what was struck before keeps what it got."""
        self.faults = tuple(faults)
        for connection in list(self.connections):
            connection.deal(self.faults)

    def shown(self) -> dict[str, Any]:
        """What a person who watches sees of it: the faults that are on, and how often each has struck."""
        faults = [
            {"kind": f.kind.name, "with": f.use.kinds[f.kind.name], "share": f.use.share, "struck": f.struck}
            for f in self.faults
        ]
        return {
            "name": self.config.name,
            "inward": self.config.ready is not None,
            "connections": len(self.connections),
            "faults": faults,
        }

    def caller(self, transport: asyncio.Transport | None) -> Caller:
        """Who sends on the connection that was accepted as `transport`."""
        if not self.callers or transport is None:
            return ANYONE
        return self.callers.get(end(transport.get_extra_info("peername")), ANYONE)

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._server is not None:
            self._server.close()
        for connection in list(self.connections):
            connection.stop()

    @property
    def full(self) -> bool:
        """Whether it takes no more connections. One that traffic comes in by takes whatever is due."""
        return self.config.ready is None and len(self.connections) >= MAX_CONNECTIONS

    def _accept(self) -> asyncio.Protocol:
        return self._make(self).client
