"""The clock that the deployment may read: `GET /` → `{"now": "2026-03-02T08:14:05", "rate": 450.0}`.

A deployment may ask it on every request, so it is one small protocol and no web framework.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import cast

import orjson

from simulator import sockets
from simulator.clock import Clock
from simulator.field.framing import Head, Requests
from simulator.field.toll import ACCEPT_S, CHUNK_S, Intake, Toll

MOST = 1024
"""Open at once from one address; one more is closed. A service may open as many files in all, and without a bound it
could take all of the field's memory and sockets, and the world would end as if that were our failure."""

_SHARE = 4
"""Part of the files that one reader may have: one in so many of what a server may."""


class ClockEndpoint(asyncio.Protocol):
    """One reader's connection; `clock` gives the clock of the lap, or None while there is none.

    `readers` counts the connections of all readers by their address. `ahead` is asked at each reading, with the wall
    second, by how many simulated seconds it is to be off. `toll` pays for what readers send.
    """

    def __init__(
        self,
        clock: Callable[[], Clock | None],
        readers: Counter[str],
        ahead: Callable[[float], float] = lambda _at: 0.0,
        toll: Toll | None = None,
    ) -> None:
        self._clock = clock
        self._ahead = ahead
        self._readers = readers
        self._requests = Requests()
        self._toll = toll or Toll()
        self._intake = Intake(self._toll, self._asked, self._halt, self._go_on, self._drop)
        self._slow = False
        """Whether it reads slower than it asks."""
        self._transport: asyncio.Transport | None = None
        self._source = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a reader that has connected, unless it has too many connections."""
        self._transport = cast(asyncio.Transport, transport)
        self._source = str((transport.get_extra_info("peername") or ("",))[0])
        self._readers[self._source] += 1
        self._toll.charge(ACCEPT_S)
        if self._readers[self._source] > min(MOST, sockets.room(_SHARE)):
            self._transport.abort()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget a reader that is gone."""
        self._intake.stop()
        self._readers[self._source] -= 1
        if not self._readers[self._source]:
            del self._readers[self._source]

    def pause_writing(self) -> None:
        """Let a reader that asks faster than it reads wait, or the answers would pile up here."""
        self._slow = True
        self._halt()

    def resume_writing(self) -> None:
        """Go on with a reader that has caught up."""
        self._slow = False
        self._go_on()

    def data_received(self, data: bytes) -> None:
        """Take what a reader asks."""
        self._intake.feed(data)

    def _asked(self, data: bytes) -> None:
        assert self._transport is not None
        if self._transport.is_closing():
            return
        before = self._requests.chunks
        for piece in self._requests.feed(data):
            if isinstance(piece.begins, Head):
                self._answer(piece.begins)
        self._toll.charge(CHUNK_S * (self._requests.chunks - before))
        if self._requests.raw:
            self._transport.close()

    def _halt(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def _go_on(self) -> None:
        if self._transport is not None and not (self._slow or self._intake.waits or self._transport.is_closing()):
            self._transport.resume_reading()

    def _drop(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _answer(self, head: Head) -> None:
        assert self._transport is not None
        clock = self._clock()
        if clock is None or clock.at() < 0:
            status, said = b"503 Service Unavailable", orjson.dumps({"error": "not started"})
        else:
            now = clock.now() + timedelta(seconds=self._ahead(clock.at()))
            status, said = b"200 OK", orjson.dumps({"now": now.isoformat(), "rate": clock.rate()})
        close = head.headers.get("connection", "").lower() == "close"
        self._transport.write(
            b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%b\r\n%b"
            % (status, len(said), b"Connection: close\r\n" if close else b"", b"" if head.method == "HEAD" else said)
        )
        if close:
            self._transport.close()
