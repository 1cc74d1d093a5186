"""A fault that is switched on for a link: what it picks, whom it strikes, and the row that each strike leaves."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import count
from random import Random
from typing import Any, Protocol

from scenarios.model import FaultUse
from simulator import seeds
from simulator.faults import FAULTS
from simulator.faults.base import FaultEffect, Loss, Reach, Reply, RequestHead, Sharers, problem
from simulator.faults.message import Message
from simulator.field.pace import Line
from simulator.sampling import Every, First, Sampler, ShuffledSampler

_LONGEST_PATH, _LONGEST_EFFECT = 200, 300
"""Characters of a path, and of what was done, that a row keeps: the deployment may choose them."""
_SEGMENT = 1460
"""Bytes of a TCP segment on an Ethernet."""


class Ticks(Protocol):
    """A lap's clock, as far as strikes look at it."""

    def at(self) -> float:
        """Wall seconds since the lap's start."""


class Rows(Protocol):
    """A lap's recorder, as far as strikes write to it."""

    def write(self, table: str, row: dict[str, Any]) -> None:
        """Append a row."""


class Origin:
    """Who sent a request, where the field knows it: its own traffic on ingress."""

    __slots__ = ("key", "request")

    def __init__(self, request: str | None = None, key: str | None = None) -> None:
        self.request = request
        self.key = key


UNKNOWN_ORIGIN = Origin()


def _dealer(use: FaultUse, seed: int) -> Sampler:
    if use.first is not None:
        return First(use.first)
    if use.every is not None:
        return Every(use.every)
    return ShuffledSampler(seeds.child(seed, "deck"), use.share)


class ActiveFault:
    """One fault of one phase, switched on for one link in one lap."""

    releases_held = False
    """Whether what it has held up goes on once it is switched off; else what was struck keeps what it got."""
    strikes_idle = False
    """Whether it strikes connections that nobody uses, too."""

    def __init__(self, use: FaultUse, protocol: str, seed: int, clock: Ticks, recorder: Rows) -> None:
        """Raises `ValueError` (or `UnknownWord`) where `use` makes no sense on a link of that protocol."""
        wrong = problem(use, protocol, FAULTS)
        if wrong is not None:
            raise ValueError(wrong)
        name, raw = next(iter(use.kinds.items()))
        self.use = use
        self.kind = FAULTS[name]
        self.params = self.read(raw)
        self.reach: Reach = "connection" if (self.kind.reach, protocol) == ("traffic", "tcp") else self.kind.reach
        self.memory = self.kind.memory(self.params) if self.kind.memory is not None else None
        self.dealer = _dealer(use, seed)
        self.seed = seed
        self.clock = clock
        self._recorder: Rows | None = recorder
        self.struck = 0
        """Strikes that took effect so far."""
        self._arrived = 0
        self._open: set[LinkInjection] = set()
        self._lines: dict[str, Line] = {}
        self._lost: tuple[float, ShuffledSampler] | None = None
        self._sent = 0
        """Segments, those sent again included."""

    @property
    def by_key(self) -> bool:
        """Whether a business key makes a difference to whom it strikes."""
        return self.reach == "traffic" and isinstance(self.dealer, ShuffledSampler) and 0.0 < self.use.share < 1.0

    def draw(self, caller: Origin = UNKNOWN_ORIGIN, head: RequestHead | None = None) -> "LinkInjection | None":
        """The strike on the next thing that passes, or None where it is not picked or its card is blank.

        The cards of a share fall on the number in the caller's business key, so that a retry shares the fate of the
        first try; without a key, and where things are counted, they fall in order of arrival.
        """
        if head is not None and not self._picks(head):
            return None
        reply = None
        if self.memory is not None and head is not None:
            reply = self.memory.answer(head, self.clock.at())
            if reply is None:
                return None
        number = ordinal(caller.key) if isinstance(self.dealer, ShuffledSampler) else None
        if number is None:
            number = self._arrived
            self._arrived += 1
        if not self.dealer.struck(number):
            return None
        detail = f"{head.method} {head.path}"[:_LONGEST_PATH] if head is not None else None
        return LinkInjection(self, number, caller, detail, reply)

    def watches(self, head: RequestHead) -> bool:
        """Whether to tell it of the answer to a request that it did not strike."""
        return self.memory is not None and self.memory.wants(head, self._picks(head))

    def learn(self, head: RequestHead, answer: Message | None) -> None:
        """The target has answered a request that it watches; None: with more than a link keeps."""
        if self.memory is not None and self._recorder is not None:
            self.memory.learn(head, answer, self.clock.at())

    def read(self, raw: Any) -> Any:
        """The parameters that `blow` takes."""
        return self.kind.params.model_validate(raw)

    def blow(self, number: int, burst: int = 0) -> FaultEffect:
        """What card `number` does; `burst` counts what it does to one connection."""
        return self.kind.blow(self.params, self.rng("blow", str(number), str(burst)))

    def rng(self, *names: str) -> Random:
        """A generator of its own for `names`."""
        return seeds.rng(self.seed, *names)

    def line(self, sharers: Sharers, source: str) -> Line:
        """The thin line that those share whom it strikes."""
        if sharers == "connection":
            return Line()
        return self._lines.setdefault(source if sharers == "source" else "", Line())

    def losses(self, loss: Loss, size: int) -> list[float]:
        """Seconds of each stall that `size` bytes suffer, whose segments are the next ones to be dealt to."""
        if self._lost is None or self._lost[0] != loss.share:
            self._lost = loss.share, ShuffledSampler(seeds.child(self.seed, "segments"), loss.share)
        stalls = []
        for _ in range(-(-size // _SEGMENT)):
            again = loss.again
            while self._next_is_lost(self._lost[1]):
                stalls.append(again)
                again *= 2
        return stalls

    def _next_is_lost(self, deck: ShuffledSampler) -> bool:
        self._sent += 1
        return deck.struck(self._sent - 1)

    def turn(self) -> None:
        """A lap is over, and another may come: strikes that go on have a row in each."""
        for strike in list(self._open):
            strike.turn()

    def close(self) -> None:
        """The lap is over: strikes that go on are recorded as they are, and none is recorded any more."""
        for strike in list(self._open):
            strike.end()
        self._recorder = None

    def _picks(self, head: RequestHead) -> bool:
        return all(_matches(name, glob, head) for name, glob in self.use.where.items())

    def began(self, strike: "LinkInjection") -> None:
        """A strike took effect."""
        self.struck += 1
        self._open.add(strike)

    def ended(self, strike: "LinkInjection", row: Mapping[str, Any]) -> None:
        """A strike is over; its row is written."""
        self._open.discard(strike)
        if self._recorder is not None:
            self._recorder.write("faults", {"link": self.use.target, "kind": self.kind.name, **row})


def _matches(name: str, glob: str, head: RequestHead) -> bool:
    if name == "method":
        return fnmatchcase(head.method, glob.upper())
    if name == "path":
        return fnmatchcase(head.path, glob)
    return fnmatchcase(head.headers.get(name.lower(), ""), glob)


def ordinal(key: str | None) -> int | None:
    """The number that a business key ends in (`HW-000123`: 123), or None."""
    found = re.search(r"(\d+)\D*$", key) if key else None
    return int(found.group(1)) if found else None


class LinkInjection:
    """One request or connection that a fault was dealt to; it leaves a row only once it has had an effect."""

    __slots__ = (
        "_at", "_burst", "_caller", "_done", "_line", "_losses", "_number", "_spared", "armed", "blow", "detail",
        "effect", "key"
    )  # fmt: skip

    def __init__(
        self, armed: ActiveFault, number: int, caller: Origin, detail: str | None, reply: Reply | None = None
    ) -> None:
        self.armed = armed
        self._number = number
        self._burst = 0
        self._caller = caller
        self.detail = detail
        """What its row says about it."""
        self._at: float | None = None
        self._done = False
        self._line: Line | None = None
        self._spared = 0
        self._losses = 0
        self.blow = armed.blow(number)
        """What it does."""
        if reply is not None:
            self.blow = replace(self.blow, ending=reply)
        self.effect = self.blow.effect
        """What it did, in words."""
        self.key = caller.key
        """Business key of what it struck, once it is known."""

    def again(self) -> FaultEffect:
        """What it does to the next burst of the same connection."""
        self._burst += 1
        return self.armed.blow(self._number, self._burst)

    def renew(self) -> bool:
        """Whether its fault was changed meanwhile: then it does what that does now, as hard as its number says."""
        before, self.blow = self.blow, self.armed.blow(self._number)
        return self.blow != before

    def by(self, caller: Origin) -> None:
        """The connection that it strikes carries this caller's request now: each request has a row of its own."""
        if caller is not UNKNOWN_ORIGIN and caller.request != self._caller.request:
            self.turn()
            self._caller, self.key = caller, caller.key

    def turn(self) -> None:
        """Write its row so far; what effect it has from now on is another's."""
        self.end()
        self._at, self._done = None, False

    def line(self, source: str) -> Line | None:
        """The thin line that it goes over, of a caller at address `source`; None: as fast as it comes."""
        if self.blow.pace is None:
            return None
        if self._line is None:
            self._line = self.armed.line(self.blow.sharers, source)
        self._line.rate = self.blow.pace
        return self._line

    @property
    def slices(self) -> Iterator[tuple[int, float]] | None:
        """In how many bytes, and seconds from one to the next, its bytes leave; None: as they come."""
        slices = self.blow.slices
        if slices is None:
            return None
        least, most = max(1, slices.size - slices.variation), slices.size + slices.variation
        rng = self.armed.rng("slices", str(self._number), str(self._burst))
        return ((rng.randint(least, most), slices.gap) for _ in count())

    def spare(self, data: bytes) -> tuple[bytes, bool]:
        """What still passes of `data` before its ending, and whether that has come."""
        left = self.blow.spares - self._spared
        self._spared += len(data)
        return data[: max(0, left)], left <= len(data)

    def stall(self, size: int) -> float:
        """Seconds that `size` bytes are held up by losses."""
        if self.blow.loss is None or not (stalls := self.armed.losses(self.blow.loss, size)):
            return 0.0
        self.begin()
        self._losses += len(stalls)
        self.effect = f"{self._losses} segments lost"
        return sum(stalls)

    @property
    def begun(self) -> bool:
        """Whether it has had an effect."""
        return self._at is not None

    def begin(self) -> None:
        """It takes effect now."""
        if self._at is None:
            self._at = self.armed.clock.at()
            self.armed.began(self)

    def end(self) -> None:
        """Its effect is over."""
        if self._at is None or self._done:
            return
        self._done = True
        row = {
            "at": self._at,
            "request": self._caller.request,
            "key": self.key,
            "lasted": self.armed.clock.at() - self._at,
            "detail": self.detail,
            "effect": self.effect[:_LONGEST_EFFECT] or None,
        }
        self.armed.ended(self, row)
