"""One socket of a relayed connection, and the bytes that are on their way to it: at once, held up, or at a pace."""

import asyncio
import math
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from typing import cast

_LARGEST_QUEUE = 1 << 16
_SLICE = 0.02
"""Seconds of a paced line that one write stands for."""

_RST_ON_CLOSE = struct.pack("ii", 1, 0)
_RST_COMES_WITHIN = 0.01
_TCP_CLOSE = 7

Then = Callable[[], None]


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
        self.source: Side
        self.transport: asyncio.Transport | None = None
        self.ended_in = False
        """Its peer sends nothing more."""
        self.closed = False
        self._congested = False
        self._stopping = False
        self._end_sent = False
        self._torn = False
        self._direct: Callable[[bytes], None] | None = None
        """Writes while both halves of the connection are open, when there is nothing to look out for."""
        self._queue: deque[tuple[float, bytes, Then | None]] = deque()
        self._queued = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is connected."""
        self.transport = cast(asyncio.Transport, transport)
        self._direct = self.transport.write
        if self.connected is not None:
            self.connected()
        if self._queue:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Its peer sent something."""
        self.received(data)

    def eof_received(self) -> bool:
        """Its peer sends nothing more, and may still read: the socket stays open for writing."""
        self.ended_in = True
        self._direct = None
        self.ended()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed, by us, or by its peer with an error."""
        self.closed = True
        self._direct = None
        self._drop_queue()
        self.lost(ConnectionResetError() if exc is None and self._torn else exc)

    def pause_writing(self) -> None:
        """Its peer reads slowly."""
        self._congested = True
        self._balance()

    def resume_writing(self) -> None:
        """Its peer has caught up."""
        self._congested = False
        self._balance()

    def stop_reading(self) -> None:
        """Leave what its peer sends in the socket."""
        if self.transport is not None and not self.closed and not self.ended_in:
            self.transport.pause_reading()

    def start_reading(self) -> None:
        """Take what its peer sends."""
        if self.transport is not None and not self.closed and not self.ended_in:
            self.transport.resume_reading()

    def send(self, data: bytes, hold: float = 0.0, pace: float | None = None, then: Then | None = None) -> None:
        """Write `data` behind all that was sent before, `hold` seconds from now at the earliest.

        With `pace` it goes at so many bytes a second. `then` is called when the last of it is written, or never
        will be.
        """
        if self.closed or (not self._queue and hold <= 0 and pace is None and self.transport is not None):
            self._write(data)
            if then is not None:
                then()
            return
        self._due = max(self._due, time.monotonic() + hold)
        step = len(data) if pace is None else max(1, int(pace * _SLICE))
        for start in range(0, len(data), step):
            part = data[start : start + step]
            self._due += 0.0 if pace is None else len(part) / pace
            self._enqueue(part, None)
        if then is not None:
            self._enqueue(b"", then)
        self._balance()

    def finish(self, how: Then) -> None:
        """Do `how` (send the end, close, reset) once all that was sent before is written."""
        if self._queue or (self.transport is None and not self.closed):
            self._due = max(self._due, time.monotonic())
            self._enqueue(b"", how)
        else:
            how()

    def abandon(self) -> None:
        """It will never be connected."""
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
            asyncio.get_running_loop().call_later(_RST_COMES_WITHIN, self._look_for_reset)

    def _look_for_reset(self) -> None:
        """The loop does not watch a socket whose peer has ended; one that is gone answers a write with a RST."""
        transport = self._live()
        if transport is None:
            return
        found = transport.get_extra_info("socket")
        if found.family == socket.AF_UNIX:  # tells a write to it at once
            return
        if found.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _TCP_CLOSE:
            self._torn = True
            transport.abort()

    def _enqueue(self, data: bytes, then: Then | None) -> None:
        self._queue.append((self._due, data, then))
        self._queued += len(data)
        if self._timer is None and self.transport is not None:
            self._wait()

    def _wait(self) -> None:
        # The loop's timers go by whole milliseconds; rounding up keeps bytes from leaving early.
        delay = math.ceil((self._queue[0][0] - time.monotonic()) * 1000) / 1000
        self._timer = asyncio.get_running_loop().call_later(max(0.0, delay), self._pump)

    def _pump(self) -> None:
        self._timer = None
        now = time.monotonic()
        while self._queue and self._queue[0][0] <= now:
            _, data, then = self._queue.popleft()
            self._queued -= len(data)
            if data:
                self._write(data)
            if then is not None:
                then()
        if self._queue and self._timer is None:
            self._wait()
        self._balance()

    def _balance(self) -> None:
        stop = self._congested or self._queued > _LARGEST_QUEUE
        if stop is not self._stopping:
            self._stopping = stop
            (self.source.stop_reading if stop else self.source.start_reading)()

    def _drop_queue(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        queue, self._queue = self._queue, deque()
        self._queued = 0
        for _, _, then in queue:
            if then is not None:
                then()
