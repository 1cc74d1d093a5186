"""Where the owner of a practice world reaches a part: each connection is passed on to the part's link.

It is one more connection of the deployment's to the link, so that it is counted, and meets the faults that are on.
"""

import asyncio
from contextlib import suppress

from simulator import sockets
from simulator.field.links import LinkServer
from simulator.plan import Listen, is_path

_BLOCK = 1 << 16


async def serve(listen: Listen, link: LinkServer) -> asyncio.Server:
    """Pass connections on to `link`, until the server is closed. Raises `OSError` where the address is taken."""
    open_: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(_pass_on(reader, writer, link))
        open_.add(task)
        task.add_done_callback(open_.discard)

    def accept() -> asyncio.Protocol:
        return asyncio.StreamReaderProtocol(asyncio.StreamReader(), connected)

    return await sockets.serve(accept, listen.host, listen.port)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: LinkServer) -> None:
    host, port = link.address
    try:
        there = await (asyncio.open_unix_connection(host) if is_path(host) else asyncio.open_connection(host, port))
    except OSError:  # the link is down: whoever dials it is refused
        writer.transport.abort()
        return
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_copy(reader, there[1]))
            group.create_task(_copy(there[0], writer))
    except* OSError:  # one side was reset, which the other is to meet as it was
        writer.transport.abort()
        there[1].transport.abort()
    finally:
        writer.close()
        there[1].close()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Copy until the source ends, and pass its end on. Raises `OSError` where either side is gone."""
    while data := await source.read(_BLOCK):
        sink.write(data)
        await sink.drain()
    with suppress(OSError, RuntimeError):  # a side that is gone has no end to be told
        sink.write_eof()
