"""Addresses that a world's processes listen on and dial: host and port, or a Unix socket if the host is a path.

Processes in one network namespace can all reach every port on its loopback, whatever their user; a Unix socket is
reached only by those who may enter its folder. A path in place of the host is libpq's convention, too; the port is then
meaningless. Everything here works on asyncio's own loop and on uvloop.
"""

import asyncio
import resource
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from simulator.plan import UNIX, is_path

_RETRY_INTERVAL_S = 0.005
"""Seconds to wait when a Unix socket has no room for another connection. TCP would retry by itself."""

_FILES = 65_536
"""Open files that a process with many connections asks for."""

Factory = Callable[[], asyncio.BaseProtocol]


def want_files() -> None:
    """Let this process open as many files as it is allowed to."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def room(servers: int) -> int:
    """Return the connections that each of `servers` servers may accept, at two files each, to use half of the files."""
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return (_FILES if soft == resource.RLIM_INFINITY else soft) // (4 * servers)


async def serve(factory: Factory, host: str, port: int, backlog: int = 100) -> asyncio.Server:
    """Accept connections at an address. Raises `OSError` when the address is taken."""
    loop = asyncio.get_running_loop()
    if is_path(host):
        return await loop.create_unix_server(factory, host, backlog=backlog)
    return await loop.create_server(factory, host, port, backlog=backlog)


async def serve_on(factory: Factory, listening: socket.socket, backlog: int = 100) -> asyncio.Server:
    """Accept connections on a socket that `listener` has made, and own it."""
    loop = asyncio.get_running_loop()
    if listening.family == socket.AF_UNIX:
        return await loop.create_unix_server(factory, sock=listening, backlog=backlog)
    return await loop.create_server(factory, sock=listening, backlog=backlog)


async def serve_http(runner: web.AppRunner, host: str, port: int, backlog: int = 128) -> None:
    """Serve an aiohttp app at an address. Raises `OSError` when the address is taken."""
    site: web.BaseSite
    if is_path(host):
        site = web.UnixSite(runner, host, backlog=backlog)
    else:
        site = web.TCPSite(runner, host, port, backlog=backlog)
    await site.start()


def listener(host: str, port: int, backlog: int = 64) -> socket.socket:
    """Return a listening socket for a server that wants one. Raises `OSError` when the address is taken."""
    if not is_path(host):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=backlog)
    Path(host).unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX)
    made.bind(host)
    made.listen(backlog)
    return made


async def dial(factory: Factory, host: str, port: int) -> None:
    """Connect to an address. Raises `OSError`; never returns while a Unix socket is full, so use a time-out."""
    loop = asyncio.get_running_loop()
    if is_path(host):
        await loop.create_unix_connection(factory, sock=await _connected(host))
    else:
        await loop.create_connection(factory, host, port)


async def _connected(path: str) -> socket.socket:
    """Return a socket connected by hand: a loop takes a full socket's refusal for a connection in progress."""
    made = socket.socket(socket.AF_UNIX)
    try:
        made.setblocking(False)
        made.bind("")  # the kernel chooses a name that nobody has (unix(7), autobind)
        while True:
            try:
                made.connect(path)
            except BlockingIOError:
                await asyncio.sleep(_RETRY_INTERVAL_S)
            else:
                return made
    except BaseException:
        made.close()
        raise


def client(where: str, **options: Any) -> tuple[aiohttp.ClientSession, str]:
    """Return a session for the server at `where`, and the beginning of its URLs; `options` are the session's."""
    if not where.startswith(UNIX):
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True), **options), where
    connector = aiohttp.UnixConnector(where.removeprefix(UNIX), force_close=True)
    return aiohttp.ClientSession(connector=connector, **options), "http://unix"


class Connector(aiohttp.TCPConnector):
    """Connects to Unix sockets as well: to `paths[host]` when it knows the host of a URL.

    Each of its Unix connections has a name of its own on this side, so that the server can tell it from others.
    """

    def __init__(self, paths: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self._paths = paths

    async def _create_connection(
        self, req: aiohttp.ClientRequest, traces: list[Any], limits: aiohttp.ClientTimeout
    ) -> Any:
        path = self._paths.get(req.url.host or "")
        if path is None:
            return await super()._create_connection(req, traces, limits)
        try:
            made = await _connected(path)
            _, protocol = await self._loop.create_unix_connection(self._factory, sock=made)
        except OSError as error:
            raise aiohttp.ClientConnectorError(req.connection_key, error) from error
        return protocol
