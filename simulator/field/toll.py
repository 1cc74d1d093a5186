"""The work of the field for a deployment's bytes: measured and bounded, so that traffic leaves in time whatever comes.

Bytes can cost a thousand times as much to take as to send: a body in chunks of one byte, requests of a line each, a
segment for every byte. All of it is work in the loop that sends the traffic. So it is charged, by the CPU time that it
takes, to one account of the whole deployment, from which a share of a core is paid off; while more than a moment's work
is owed, nothing of the deployment's is read. Whoever owes is held up by itself, and by nobody else.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARE = 0.3
"""Part of a core that the field works for a deployment. Reference deployments of the library need 0.01 to 0.05."""
BURST_S = 0.05
"""Work that may be owed before reading waits."""
CALL_S, ACCEPT_S, CHUNK_S = 40e-6, 100e-6, 3e-6
"""Seconds that are charged beside what is measured, for what others have to do: the loop and whoever reads next each
time that bytes come, the loop and the target for a connection, the next reader's parser for a chunk of a body."""
PASS_S = 15e-6
"""Seconds that are charged for bytes that are only passed on. To measure them would take nearly as long again."""
_PASSES = 16
"""Times that bytes are only passed on before it is charged: less than a millisecond's work, which nobody waits for."""
_SHORTEST_WAIT_S = 0.005
"""How long a connection that has to wait waits at least."""
_SLICE = 1 << 15
"""Bytes that are worked on at once. In crumbs they take some ten milliseconds."""
_MOST_KEPT = 1 << 25
"""Bytes that were read and wait, on all connections together; one that would keep more is closed."""

Clock = Callable[[], float]


class Toll:
    """The deployment's account, in seconds of CPU time of the field's loop."""

    def __init__(self, now: Clock = time.monotonic, spent: Clock = time.thread_time) -> None:
        """`now` gives wall seconds, `spent` the CPU seconds of the thread."""
        self._now = now
        self.spent = spent
        """The clock of work."""
        self._owed = 0.0
        self._at = self._until = now()
        self.over = 0.0
        """Wall seconds so far in which more was owed than may be, those to come from what is owed now among them."""
        self.kept = 0
        """Bytes that were read and wait."""
        self.passed = 0
        """Times that bytes were only passed on, and it is not charged yet."""

    def charge(self, seconds: float) -> None:
        """Charge so many seconds of work."""
        now = self._now()
        owed = self._owed - (now - self._at) * SHARE
        self._owed = seconds + owed if owed > 0 else seconds
        self._at = now
        if self._owed > BURST_S:
            until = now + (self._owed - BURST_S) / SHARE
            self.over += until - max(now, self._until)
            self._until = until

    def charge_passed(self) -> None:
        """Charge what was only passed on."""
        passed, self.passed = self.passed, 0
        self.charge(passed * (CALL_S + PASS_S))

    def wait(self) -> float:
        """Return the seconds until work may go on; 0 where it may now."""
        if self._until <= self._at:  # nothing was owed too much when it was charged last
            return 0.0
        wait = self._until - self._now()
        return wait if wait > 0 else 0.0

    @contextmanager
    def work(self, more: float = 0.0) -> Iterator[None]:
        """Charge what is done inside, and `more` seconds beside it."""
        begun = self.spent()
        try:
            yield
        finally:
            self.charge(self.spent() - begun + more)


class Intake:
    """Takes what comes in on one connection of the deployment's, as fast as its account allows.

    `take` gets the bytes; `pause` and `resume` keep the connection from being read, and let it be read again.
    """

    def __init__(
        self, toll: Toll, take: Callable[[bytes], None], pause: Callable[[], None], resume: Callable[[], None],
        close: Callable[[], None], light: Callable[[int], bool] = lambda _count: False,
    ) -> None:  # fmt: skip
        """`close` ends the connection where too much waits.

        `light` tells whether so many bytes are only passed on: as little work as one, which is neither measured nor
        done in slices.
        """
        self._toll = toll
        self._take, self._pause, self._resume, self._close = take, pause, resume, close
        self._light = light
        self._kept = b""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waits(self) -> bool:
        """Whether nothing is to be read now."""
        return self._timer is not None

    def feed(self, data: bytes) -> None:
        """Take bytes that came, now or as soon as the account allows."""
        if self._timer is not None:
            self._keep(self._kept + data)
            return
        toll, start = self._toll, 0
        while start < len(data):
            if wait := toll.wait():
                self._keep(data[start:])
                self._wait(wait)
                return
            left = len(data) - start
            if self._light(left):
                toll.passed += 1
                if toll.passed >= _PASSES:
                    toll.charge_passed()
                self._take(data[start:] if start else data)
                return
            size = min(left, _SLICE)
            # By hand: a context manager takes as long as all the rest.
            begun = toll.spent()
            try:
                self._take(data if size == len(data) else data[start : start + size])
            finally:
                toll.charge(toll.spent() - begun + CALL_S)
            start += size

    def stop(self) -> None:
        """Drop what waits, because the connection is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._keep(b"")

    def _keep(self, data: bytes) -> None:
        self._toll.kept += len(data) - len(self._kept)
        self._kept = data
        if data and self._toll.kept > _MOST_KEPT:
            self._close()

    def _wait(self, wait: float) -> None:
        self._pause()
        self._timer = asyncio.get_running_loop().call_later(max(_SHORTEST_WAIT_S, wait), self._go_on)

    def _go_on(self) -> None:
        self._timer = None
        data = self._kept
        self._keep(b"")
        self.feed(data)
        if self._timer is None:
            self._resume()
