"""Requests that a fault delivers a second time, each on a connection of its own; nobody gets the answers."""

import asyncio
import logging

from simulator.field.framing import Responses, Status
from simulator.plan import Listen

_MOST = 1000
"""Copies under way at once on one link; no more are sent."""
_DELIVERY_TIMEOUT_S = 60.0
"""How long a target may take to answer one."""

log = logging.getLogger(__name__)


class Copies:
    """Delivers the copies of one link's requests."""

    def __init__(self, target: Listen) -> None:
        self._target = target
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, request: bytes, after: float) -> None:
        """Deliver a whole request in `after` seconds, whether its sender is still there or not."""
        if len(self._tasks) < _MOST:
            task = asyncio.get_running_loop().create_task(self._deliver(request, after))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Deliver nothing more."""
        for task in self._tasks:
            task.cancel()

    async def _deliver(self, request: bytes, after: float) -> None:
        await asyncio.sleep(after)
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(_DELIVERY_TIMEOUT_S):
                reader, writer = await asyncio.open_connection(self._target.host, self._target.port)
                writer.write(request)
                await _answered(reader, request.lstrip().partition(b" ")[0].decode("latin-1"))
        except OSError as error:  # a time-out is one
            log.info("a copy was not delivered: %s", error)
        finally:
            if writer is not None:
                writer.close()


async def _answered(reader: asyncio.StreamReader, method: str) -> None:
    """Read until the last response to a request is complete, or the connection ends."""
    responses = Responses(lambda: method)
    final = False
    while data := await reader.read(1 << 16):
        for piece in responses.feed(data):
            final = piece.begins.code >= 200 if isinstance(piece.begins, Status) else final
            if final and piece.last:
                return
