"""An earlier answer to the same route comes again; the target never sees the request.

What does it: a caching proxy or CDN that keeps answers too long, or under a key that forgets the query or the method
(then one customer gets the answer that another one asked for).
"""

from collections import OrderedDict
from random import Random
from typing import Literal

from pydantic import Field

from scenarios.units import Wall
from simulator.faults.base import FaultKind, FaultParams, RequestHead
from simulator.faults.effects import FaultEffect, Reply
from simulator.faults.message import Message

_MOST, _LARGEST = 512, 1 << 16
"""Answers that are kept, and bytes of one."""
_HOP = frozenset({"connection", "keep-alive", "date", "content-type"})


class Stale(FaultParams):
    """`stale:` alone is enough. What has no earlier answer passes, and its answer is kept."""

    key: Literal["url", "path"] = "url"
    """The same route is the same method and URL; `path`: whatever the query."""
    life: Wall | None = Field(default=None, gt=0)
    """How long an answer is kept; left out: as long as the fault is on, so that it gets older and older."""
    age: bool = True
    """Whether the answer says its age (RFC 9111 §5.1), as an honest cache does."""


class Cache:
    """Keeps answers with 2xx by route; the oldest is dropped first."""

    def __init__(self, params: Stale) -> None:
        self._params = params
        self._kept: OrderedDict[tuple[str, str], tuple[float, Reply]] = OrderedDict()

    def answer(self, head: RequestHead, now: float) -> Reply | None:
        """Return what was answered before, as long as it is kept."""
        at, reply = self._kept.get(self._key(head), (0.0, None))
        if reply is None or not self._fresh(at, now):
            return None
        age = (("Age", str(int(now - at))),) if self._params.age else ()
        return Reply(reply.status, reply.body, reply.media, reply.headers + age)

    def wants(self, head: RequestHead, picked: bool) -> bool:
        """Whether the same request may come again."""
        return picked and head.method != "HEAD"

    def learn(self, head: RequestHead, answer: Message | None, now: float) -> None:
        """Keep the answer if it is a success and small, and none is kept for its route."""
        if answer is None or not 200 <= answer.status < 300 or len(answer.body) > _LARGEST:
            return
        key = self._key(head)
        if key in self._kept and self._fresh(self._kept[key][0], now):
            return
        headers = tuple(pair for pair in answer.unframed() if pair[0].lower() not in _HOP)
        reply = Reply(answer.status, answer.body, answer.header("content-type") or "", headers)
        self._kept[key] = (now, reply)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)

    def _fresh(self, at: float, now: float) -> bool:
        return self._params.life is None or now - at <= self._params.life

    def _key(self, head: RequestHead) -> tuple[str, str]:
        return head.method, head.target if self._params.key == "url" else head.path


def _effect(_params: Stale, _rng: Random) -> FaultEffect:
    return FaultEffect("request", description="an earlier answer again")


STALE = FaultKind("stale", Stale, frozenset({"http"}), _effect, memory=Cache)
