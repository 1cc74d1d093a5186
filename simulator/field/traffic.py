"""The open-loop generator: every request leaves when it is due, whatever became of those before it.

Latency counts from the time at which a request was due, so that a deployment that stalls cannot hide the requests
that it kept from being sent (coordinated omission). What the generator itself was late by is measured apart.
"""

import asyncio
import errno
import math
from collections.abc import Coroutine, Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.connector import Connection
from yarl import URL

from simulator import sockets
from simulator.clock import Clock
from simulator.evidence.recorder import Recorder
from simulator.field.fault_injection import Origin
from simulator.field.links import LinkServer, end
from simulator.field.toll import Toll
from simulator.plan import is_path
from simulator.waiting import until
from simulator.workloads.base import Intent, Outcome, Reply, Workload

_LARGEST_BODY = 1 << 20
_LONGEST_DETAIL = 500
"""Characters of what a row says of an answer: the deployment can choose them."""
_KEEP_ALIVE_S = 1.0
"""How long an idle connection is kept: less than any common server's, so that none closes as it is used."""

_OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})
"""Errors of a machine that cannot send; the deployment has no part in them."""


@dataclass
class Counts:
    """How many of a lap's requests have come to what so far."""

    intended: int = 0
    ok: int = 0
    wrong: int = 0
    failed: int = 0

    @property
    def answered(self) -> int:
        """How many requests got an answer that counts as one."""
        return self.ok + self.wrong

    def count(self, outcome: Outcome) -> None:
        """Count a request that is over."""
        if outcome == "ok":
            self.ok += 1
        elif outcome == "wrong":
            self.wrong += 1
        else:
            self.failed += 1


@dataclass(frozen=True)
class Stream:
    """One flow of requests through one ingress link."""

    name: str
    workload: Workload
    intents: Sequence[Intent]
    link: LinkServer
    timeout: float
    """Seconds from when a request was due to when it counts as timed out."""


class _Call:
    """One request under way, known to its ingress link by the socket that it leaves from."""

    def __init__(self, link: LinkServer, caller: Origin) -> None:
        self._link = link
        self._caller = caller
        self._ends: list[Hashable] = []

    def leaves_from(self, here: Hashable) -> None:
        self._ends.append(here)
        self._link.callers[here] = self._caller

    def over(self) -> None:
        for here in self._ends:
            if self._link.callers.get(here) is self._caller:
                del self._link.callers[here]


_call: ContextVar[_Call] = ContextVar("call")


class _Request(aiohttp.ClientRequest):
    """Tells the ingress link who is calling, by the connection that is used: no header, so none to be forged."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        if conn.transport is not None:
            _call.get().leaves_from(end(conn.transport.get_extra_info("sockname")))
        return await super().send(conn)


class Traffic:
    """Sends all streams of one lap; an asynchronous context manager, in which `run` is called once."""

    def __init__(self, streams: Sequence[Stream], clock: Clock, recorder: Recorder, toll: Toll | None = None) -> None:
        """`toll` pays for what it takes to judge answers."""
        self._toll = toll or Toll()
        self.counts = Counts()
        self._clock = clock
        self._recorder = recorder
        self._due = sorted(((i, s) for s in streams for i in s.intents), key=lambda pair: pair[0].at)
        self._paths = {s.link.config.name: s.link.address[0] for s in streams if is_path(s.link.address[0])}
        self._lags: list[float] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = sockets.Connector(self._paths, limit=0, keepalive_timeout=_KEEP_ALIVE_S)
        self._session = aiohttp.ClientSession(
            connector=connector,
            request_class=_Request,
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            # Answers are taken as they are: some kilobytes could unfold to more memory than there is.
            auto_decompress=False,
            headers={"User-Agent": "fdelab", "Accept-Encoding": "identity"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self._session is not None
        await self._session.close()

    @property
    def outstanding(self) -> int:
        """How many requests were sent, or follow from an answer, and have no outcome yet."""
        return len(self._tasks)

    @property
    def lag_p99(self) -> float | None:
        """Seconds that all but one in a hundred requests left late by at most; None where none was sent."""
        lags = sorted(self._lags)
        return lags[math.ceil(len(lags) * 0.99) - 1] if lags else None

    async def run(self) -> None:
        """Send everything when it is due; return when each request has its outcome.

        Raises what a workload raises on an answer: that is ours to repair, no failure of the deployment.
        """
        loop = asyncio.get_running_loop()
        self._failed = loop.create_future()
        sender = loop.create_task(self._send_all())
        try:
            await asyncio.wait({sender, self._failed}, return_when=asyncio.FIRST_COMPLETED)
            if self._failed.done():
                self._failed.result()
            sender.result()
            while self._tasks and not self._failed.done():
                await asyncio.wait({*self._tasks, self._failed}, return_when=asyncio.FIRST_COMPLETED)
            if self._failed.done():
                self._failed.result()
        finally:
            sender.cancel()

    async def _send_all(self) -> None:
        for intent, stream in self._due:
            await until(self._clock, intent.at)
            self._begin(self._send(intent, stream))

    def _begin(self, sending: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(sending)
        self._tasks.add(task)
        task.add_done_callback(self._over)

    async def _send_later(self, intent: Intent, stream: Stream) -> None:
        await until(self._clock, intent.at)
        await self._send(intent, stream)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and self._failed is not None and not self._failed.done():
            self._failed.set_exception(error)

    async def _send(self, intent: Intent, stream: Stream) -> None:
        self.counts.intended += 1
        sent_at = self._clock.at()
        self._lags.append(sent_at - intent.at)
        reply: Reply | None = None
        judgement: tuple[Outcome, str | None]
        try:
            async with asyncio.timeout(max(0.0, intent.at + stream.timeout - sent_at)):
                status, body = await self._ask(intent, stream)
            reply = Reply(sent_at, self._clock.at(), status, body)
        except TimeoutError:
            judgement = "timeout", None
        except Exception as error:  # noqa: BLE001 - whatever a client raises on an answer is the answer's doing
            judgement = ("unsent" if _is_ours(error) else "error"), _told(error)
        if reply is not None:
            with self._toll.work():
                judged = stream.workload.judge(intent, reply)
            judgement = judged.outcome, judged.detail
            for following in judged.then:
                self._begin(self._send_later(following, stream))
        elif judgement[0] in ("timeout", "error", "unsent"):
            stream.workload.unanswered(intent, judgement[0])
        self._record(intent, stream, sent_at, reply, *judgement)

    async def _ask(self, intent: Intent, stream: Stream) -> tuple[int, bytes]:
        call = _Call(stream.link, Origin(intent.id, intent.key))
        _call.set(call)
        try:
            return await self._exchange(intent, stream)
        finally:
            call.over()

    async def _exchange(self, intent: Intent, stream: Stream) -> tuple[int, bytes]:
        assert self._session is not None
        host, port = stream.link.address
        place = stream.link.config.name if is_path(host) else f"{host}:{port}"
        url = URL(f"http://{place}{intent.path}", encoded=True)
        request = self._session.request(
            intent.method, url, data=intent.body or None, headers=intent.headers, allow_redirects=False
        )
        async with request as response:
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > _LARGEST_BODY:
                    raise _Unreadable("the answer is larger than 1 MiB")
            return response.status, bytes(body)

    def _record(
        self, intent: Intent, stream: Stream, sent_at: float, reply: Reply | None, outcome: Outcome, detail: str | None
    ) -> None:
        self.counts.count(outcome)
        row = {
            "id": intent.id,
            "stream": stream.name,
            "key": intent.key,
            "intended_at": intent.at,
            "sent_at": None if outcome == "unsent" else sent_at,
            "done_at": reply.done_at if reply else None,
            "status": reply.status if reply else None,
            "outcome": outcome,
            "detail": detail and detail[:_LONGEST_DETAIL],
        }
        self._recorder.write("requests", row)


class _Unreadable(Exception):
    """An answer that no client would read to its end."""


def _is_ours(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in _OURS


def _told(error: Exception) -> str:
    """Return what happened, as an engineer would say it."""
    if isinstance(error, OSError) and error.errno in (errno.ECONNRESET, errno.EPIPE):
        return "connection reset"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "connection closed without an answer"
    if isinstance(error, aiohttp.ClientOSError):
        return f"connection failed: {error.strerror or error}"
    return str(error) or type(error).__name__
