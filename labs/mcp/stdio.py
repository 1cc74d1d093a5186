"""The server's end of a pipe, which both a closed stdin and a signal bring to its end.

What the package itself reads stdin with is a thread that cannot be told to stop: at Ctrl-C the process would stay until
another line came. So it reads a pipe of ours, into which goes what comes, and which is closed where nothing more shall.
"""

import contextlib
import os
import signal
from collections.abc import Callable
from typing import IO

import anyio
import anyio.to_thread
from mcp.server.mcpserver import MCPServer

_BLOCK = 2**16


async def serve(server: MCPServer, leave: Callable[[], None]) -> None:
    """Serve until stdin is closed, or a signal asks to end; `leave` is called before what is at work is ended.

    Meanwhile what anything prints goes to stderr: stdout is the protocol's.
    """
    theirs = os.dup(0)
    ours, into = os.pipe()
    os.dup2(ours, 0)
    os.close(ours)
    try:
        async with anyio.create_task_group() as group:
            carrying = anyio.CancelScope()
            group.start_soon(_at_signal, carrying)
            group.start_soon(_carry, theirs, os.fdopen(into, "wb", buffering=0), carrying, leave)
            await server.run_stdio_async()
            group.cancel_scope.cancel()
    except* BrokenPipeError:
        # Who asked has left, and reads no answer.
        leave()
    finally:
        os.dup2(theirs, 0)
        os.close(theirs)


async def _carry(theirs: int, into: IO[bytes], carrying: anyio.CancelScope, leave: Callable[[], None]) -> None:
    """Hand on what comes until it ends; its end is the server's."""
    try:
        with carrying:
            while block := await _block(theirs):
                await anyio.to_thread.run_sync(_write, into, block)
    finally:
        leave()
        into.close()


async def _block(descriptor: int) -> bytes:
    # A regular file, and what stands for nothing, can always be read, and cannot be waited for.
    with contextlib.suppress(PermissionError):
        await anyio.wait_readable(descriptor)
    return os.read(descriptor, _BLOCK)


def _write(into: IO[bytes], block: bytes) -> None:
    while block:
        block = block[into.write(block) :]


async def _at_signal(carrying: anyio.CancelScope) -> None:
    """End it at the first signal; what is at work is taken down undisturbed by others."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            carrying.cancel()
