"""One socket of a relayed connection, and the bytes that are on their way to it: at once, held up, or at a pace."""

import asyncio
import math
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, cast

from simulator.field.pace import Line
from simulator.field.toll import Intake, Toll

_LARGEST_QUEUE = 1 << 16
_SLICE_S = 0.02
"""How long a paced line takes for the bytes of one write."""

_RST_ON_CLOSE = struct.pack("ii", 1, 0)
_RST_WAIT_S = 0.01
_BUFFER_POLL_S = 0.002
_TCP_CLOSE = 7

Then = Callable[[], None]
Slices = Iterator[tuple[int, float]]
"""Sizes of pieces, in bytes, and the seconds from each to the next."""


class _Part(NamedTuple):
    """Bytes on their way, or what is to be done once those before are written."""

    due: float
    data: bytes
    then: Then | None
    alone: bool
    """Whether it is a write of its own."""


class Side(asyncio.Protocol):
    """A socket with a queue in front of it.

    Whoever makes a side sets `received`, `ended` and `lost`, and `source`: the side whose bytes it is sent, which
    stops reading while they pile up here.
    """

    def __init__(self) -> None:
        self.received: Callable[[bytes], None]
        self.ended: Callable[[], None]
        self.lost: Callable[[Exception | None], None]
        self.connected: Callable[[], None] | None = None
        self.light: Callable[[int], bool]
        """Whether so many bytes that come next are only passed on; asked only of a side that pays."""
        self.source: Side
        self.transport: asyncio.Transport | None = None
        self.ended_in = False
        """Whether its peer sends nothing more."""
        self.closed = False
        self._congested = False
        self._stopping = False
        self._intake: Intake | None = None
        self._halted = False
        """Whether the side that is sent its bytes cannot take more."""
        self._end_sent = False
        self._torn = False
        self._direct: Callable[[bytes], None] | None = None
        """Writes while both halves of the connection are open, when there is nothing to look out for."""
        self._queue: deque[_Part] = deque()
        self._queued = 0
        self._room = _LARGEST_QUEUE
        """Bytes in the queue above which the source stops reading."""
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def pay(self, toll: Toll) -> None:
        """Charge what its peer sends to the deployment's account."""
        self._intake = Intake(toll, self.received, self._halt, self._go_on, self.reset, self.light)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what waits, now that the socket is connected."""
        self.transport = cast(asyncio.Transport, transport)
        self._direct = self.transport.write
        if self.connected is not None:
            self.connected()
        if self._queue:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what its peer sent."""
        if self._intake is not None:
            self._intake.feed(data)
        else:
            self.received(data)

    def eof_received(self) -> bool:
        """Take it that its peer sends nothing more; the peer may still read, so the socket stays open for writing."""
        self.ended_in = True
        self._direct = None
        self.ended()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop what waits, now that the socket is closed, by us or by its peer with an error."""
        self.closed = True
        self._direct = None
        self._drop_queue()
        if self._intake is not None:
            self._intake.stop()
        self.lost(ConnectionResetError() if exc is None and self._torn else exc)

    def pause_writing(self) -> None:
        """Take it that its peer reads slowly."""
        self._congested = True
        self._balance()

    def resume_writing(self) -> None:
        """Take it that its peer has caught up."""
        self._congested = False
        self._balance()

    def stop_reading(self) -> None:
        """Leave what its peer sends in the socket."""
        self._halted = True
        self._halt()

    def start_reading(self) -> None:
        """Take what its peer sends."""
        self._halted = False
        self._go_on()

    def _halt(self) -> None:
        if self.transport is not None and not self.closed and not self.ended_in:
            self.transport.pause_reading()

    def _go_on(self) -> None:
        waits = self._halted or (self._intake is not None and self._intake.waits)
        if self.transport is not None and not (waits or self.closed or self.ended_in):
            self.transport.resume_reading()

    def send(
        self,
        data: bytes,
        hold: float = 0.0,
        lines: Sequence[Line] = (),
        slices: Slices | None = None,
        then: Then | None = None,
    ) -> None:
        """Write `data` behind all that was sent before, `hold` seconds from now at the earliest.

        It goes through all of `lines`, and as `slices` say in pieces of so many bytes with so many seconds between.
        `then` is called when the last of it is written, or never will be.
        """
        straight = not self._queue and hold <= 0 and not lines and slices is None and self.transport is not None
        if self.closed or straight:
            self._write(data)
            if then is not None:
                then()
            return
        self._due = max(self._due, time.monotonic() + hold)
        # Less than a line carries between two turns of the loop would starve it.
        self._room = max([_LARGEST_QUEUE, *(int(line.rate * _SLICE_S) for line in lines)])
        for part, gap in _cut(data, lines, slices):
            for line in lines:
                self._due = line.through(len(part), self._due)
            self._enqueue(part, None, alone=slices is not None)
            self._due += gap
        if then is not None:
            self._enqueue(b"", then)
        self._balance()

    def pass_on(self, data: bytes) -> None:
        """Write `data` behind all that was sent before; as `send`, and quicker where nothing waits."""
        if self._direct is not None and not self._queue:
            self._direct(data)
        else:
            self.send(data)

    def finish(self, how: Then, hold: float = 0.0) -> None:
        """Do `how` (send the end, close, reset) once all that was sent before is written, and `hold` seconds later."""
        if self._queue or hold > 0 or (self.transport is None and not self.closed):
            self._due = max(self._due, time.monotonic()) + hold
            self._enqueue(b"", how)
        else:
            how()

    def hurry(self) -> None:
        """Let what is held up go at once."""
        self._due = 0.0
        self._queue = deque(part._replace(due=0.0) for part in self._queue)
        if self._timer is not None:
            self._timer.cancel()
        if self._queue and self.transport is not None:
            self._pump()

    def abandon(self) -> None:
        """Drop what waits: it will never be connected."""
        self.closed = True
        self._drop_queue()

    def end(self) -> None:
        """Tell its peer that nothing more comes; it may still send."""
        if transport := self._live():
            self._end_sent = True
            self._direct = None
            transport.write_eof()

    def close(self) -> None:
        """Close once what is written has left."""
        if transport := self._live():
            self._direct = None
            transport.close()

    def reset(self) -> None:
        """Close with a TCP RST; what has not left is lost."""
        if transport := self._live():
            self._direct = None
            sock: socket.socket = transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST_ON_CLOSE)
            transport.abort()

    def tear(self) -> None:
        """Close with a TCP RST once what is written has left."""
        transport = self._live()
        if transport is not None and transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(_BUFFER_POLL_S, self.tear)
        else:
            self.reset()

    def _live(self) -> asyncio.Transport | None:
        transport = self.transport
        return None if transport is None or self.closed or transport.is_closing() else transport

    def _write(self, data: bytes) -> None:
        if self._direct is not None:
            self._direct(data)
            return
        transport = self._live()
        if transport is None or self._end_sent:
            return
        transport.write(data)
        if self.ended_in:
            asyncio.get_running_loop().call_later(_RST_WAIT_S, self._look_for_reset)

    def _look_for_reset(self) -> None:
        """Look for the RST that answers a write when a peer is gone: the loop watches no socket that has ended."""
        transport = self._live()
        if transport is None:
            return
        found = transport.get_extra_info("socket")
        if found.family == socket.AF_UNIX:  # tells a write to it at once
            return
        if found.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _TCP_CLOSE:
            self._torn = True
            transport.abort()

    def _enqueue(self, data: bytes, then: Then | None, alone: bool = False) -> None:
        self._queue.append(_Part(self._due, data, then, alone))
        self._queued += len(data)
        if self._timer is None and self.transport is not None:
            self._wait()

    def _wait(self) -> None:
        due = self._queue[0].due
        if math.isinf(due):
            return
        # The loop's timers go by whole milliseconds; rounding up keeps bytes from leaving early.
        delay = math.ceil((due - time.monotonic()) * 1000) / 1000
        self._timer = asyncio.get_running_loop().call_later(max(0.0, delay), self._pump)

    def _pump(self) -> None:
        self._timer = None
        now = time.monotonic()
        while self._queue and self._queue[0].due <= now:
            part = self._queue.popleft()
            self._queued -= len(part.data)
            if part.data:
                self._write(part.data)
            if part.then is not None:
                part.then()
            if part.alone:  # the loop joins what is written in one turn of it
                break
        if self._queue and self._timer is None:
            self._wait()
        self._balance()

    def _balance(self) -> None:
        stop = self._congested or self._queued > self._room
        if stop is not self._stopping:
            self._stopping = stop
            (self.source.stop_reading if stop else self.source.start_reading)()

    def _drop_queue(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        queue, self._queue = self._queue, deque()
        self._queued = 0
        for part in queue:
            if part.then is not None:
                part.then()


def _cut(
    data: bytes, lines: Sequence[Line], slices: Iterator[tuple[int, float]] | None
) -> Iterator[tuple[bytes, float]]:
    """Yield the pieces in which bytes leave, each with the seconds until the next."""
    rate = min((line.rate for line in lines), default=0.0)
    step = max(1, int(rate * _SLICE_S)) if rate else len(data)
    start = 0
    while start < len(data):
        size, gap = next(slices) if slices is not None else (step, 0.0)
        size = min(size, step)
        yield data[start : start + size], gap
        start += size
