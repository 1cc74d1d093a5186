"""A fault that is switched on for a link: what it picks, what it is injected into, and the row that this leaves."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import count
from random import Random
from typing import Any, Protocol

from scenarios.model import FaultUse
from simulator import seeds
from simulator.faults import FAULTS
from simulator.faults.base import Reach, RequestHead, problem
from simulator.faults.effects import Allowance, Ending, FaultEffect, Loss, Pace, Reply, Slices
from simulator.faults.message import Message
from simulator.field.pace import Line
from simulator.sampling import Every, First, Sampler, ShuffledSampler

_LONGEST_PATH, _LONGEST_DESCRIPTION = 200, 300
"""Characters of a path, and of what was done, that a row keeps: the deployment may choose them."""
_MOST_DIGITS = 100
"""Digits of a business key that tell it from others, the last ones: the deployment may choose how many there are."""
_DIGITS = re.compile(r"\d+")
_SEGMENT = 1460
"""Bytes of a TCP segment on an Ethernet."""


class Ticks(Protocol):
    """A lap's clock, as far as fault injections read it."""

    def at(self) -> float:
        """Return the wall seconds since the lap's start."""


class Rows(Protocol):
    """A lap's recorder, as far as fault injections write to it."""

    def write(self, table: str, row: dict[str, Any]) -> None:
        """Append a row."""


class Origin:
    """Who sent a request, which the field knows of its own traffic on ingress alone."""

    __slots__ = ("key", "request")

    def __init__(self, request: str | None = None, key: str | None = None) -> None:
        self.request = request
        self.key = key


UNKNOWN_ORIGIN = Origin()

EFFECT_SEED = "blow"
"""Name of the seed of effects. It is older than the word, and stays: another one would change every lap."""


def _sampler(use: FaultUse, seed: int) -> Sampler:
    if use.first is not None:
        return First(use.first)
    if use.every is not None:
        return Every(use.every)
    return ShuffledSampler(seeds.child(seed, "deck"), use.share)


class ActiveFault:
    """One fault of one phase, switched on for one link in one lap."""

    releases_held = False
    """Whether what it has held up goes on once it is switched off; else what was injected goes on."""
    affects_idle = False
    """Whether it is injected into connections that nobody uses, too."""

    def __init__(self, use: FaultUse, protocol: str, seed: int, clock: Ticks, recorder: Rows) -> None:
        """Switch `use` on. Raises `ValueError` (or `UnknownWord`) where it makes no sense on such a link."""
        wrong = problem(use, protocol, FAULTS)
        if wrong is not None:
            raise ValueError(wrong)
        name, raw = next(iter(use.kinds.items()))
        self.use = use
        self.kind = FAULTS[name]
        self.params = self.read(raw)
        self.reach: Reach = "connection" if (self.kind.reach, protocol) == ("traffic", "tcp") else self.kind.reach
        self.memory = self.kind.memory(self.params) if self.kind.memory is not None else None
        self.sampler = _sampler(use, seed)
        self.seed = seed
        self.clock = clock
        self._recorder: Rows | None = recorder
        self.struck = 0
        """Injections that took effect so far."""
        self._arrived = 0
        self._open: set[LinkInjection] = set()
        self._lines: dict[str, Line] = {}
        self._lost: tuple[float, ShuffledSampler] | None = None
        self._sent = 0
        """Segments that were sent, those sent again included."""

    @property
    def by_key(self) -> bool:
        """Whether a business key makes a difference to whom it strikes."""
        return self.reach == "traffic" and isinstance(self.sampler, ShuffledSampler) and 0.0 < self.use.share < 1.0

    def draw(self, caller: Origin = UNKNOWN_ORIGIN, head: RequestHead | None = None) -> "LinkInjection | None":
        """Return the injection into the next thing that passes, or None where it is not picked or not drawn.

        A share is drawn by the number in the caller's business key, so that a retry shares the fate of the first try;
        without a key, and where things are counted, it is drawn in order of arrival.
        """
        if head is not None and not self._picks(head):
            return None
        reply = None
        if self.memory is not None and head is not None:
            reply = self.memory.answer(head, self.clock.at())
            if reply is None:
                return None
        number = ordinal(caller.key) if isinstance(self.sampler, ShuffledSampler) else None
        if number is None:
            number = self._arrived
            self._arrived += 1
        if not self.sampler.struck(number):
            return None
        detail = f"{head.method} {head.path}"[:_LONGEST_PATH] if head is not None else None
        return LinkInjection(self, number, caller, detail, reply)

    def watches(self, head: RequestHead) -> bool:
        """Whether to tell it of the answer to a request that it was not injected into."""
        return self.memory is not None and self.memory.wants(head, self._picks(head))

    def learn(self, head: RequestHead, answer: Message | None) -> None:
        """Take note that the target has answered a request that it watches; None: with more than a link keeps."""
        if self.memory is not None and self._recorder is not None:
            self.memory.learn(head, answer, self.clock.at())

    def read(self, raw: Any) -> Any:
        """Return the parameters that `effect` takes. Raises `ValidationError` where they are wrong."""
        return self.kind.params.model_validate(raw)

    def said(self) -> Any:
        """Return the parameters as whoever put it there wrote them."""
        return self.use.kinds[self.kind.name]

    def effect(self, number: int, burst: int = 0) -> FaultEffect:
        """Return what injection `number` does; `burst` counts what it does to one connection."""
        return self.kind.effect(self.params, self.rng(EFFECT_SEED, str(number), str(burst)))

    def rng(self, *names: str) -> Random:
        """Return a random generator of its own for `names`."""
        return seeds.rng(self.seed, *names)

    def line(self, pace: Pace, source: str) -> Line:
        """Return the thin line for bytes from address `source`, which others may share."""
        if pace.sharers == "connection":
            return Line()
        return self._lines.setdefault(source if pace.sharers == "source" else "", Line())

    def losses(self, loss: Loss, size: int) -> list[float]:
        """Return the seconds of each stall that `size` bytes suffer, whose segments are the next ones to be drawn."""
        if self._lost is None or self._lost[0] != loss.share:
            self._lost = loss.share, ShuffledSampler(seeds.child(self.seed, "segments"), loss.share)
        stalls = []
        for _ in range(-(-size // _SEGMENT)):
            again = loss.again
            while self._next_is_lost(self._lost[1]):
                stalls.append(again)
                again *= 2
        return stalls

    def _next_is_lost(self, sampler: ShuffledSampler) -> bool:
        self._sent += 1
        return sampler.struck(self._sent - 1)

    def turn(self) -> None:
        """End a lap, behind which another may come: injections that go on have a row in each."""
        for injection in list(self._open):
            injection.turn()

    def close(self) -> None:
        """End the lap: injections that go on are recorded as they are, and none is recorded any more."""
        for injection in list(self._open):
            injection.end()
        self._recorder = None

    def _picks(self, head: RequestHead) -> bool:
        return all(_matches(name, glob, head) for name, glob in self.use.where.items())

    def began(self, injection: "LinkInjection") -> None:
        """Take note that an injection took effect."""
        self.struck += 1
        self._open.add(injection)

    def ended(self, injection: "LinkInjection", row: Mapping[str, Any]) -> None:
        """Write the row of an injection that is over."""
        self._open.discard(injection)
        if self._recorder is not None:
            self._recorder.write("faults", {"link": self.use.target, "kind": self.kind.name, **row})


def _matches(name: str, glob: str, head: RequestHead) -> bool:
    if name == "method":
        return fnmatchcase(head.method, glob.upper())
    if name == "path":
        return fnmatchcase(head.path, glob)
    return fnmatchcase(head.headers.get(name.lower(), ""), glob)


def ordinal(key: str | None) -> int | None:
    """Return the number that a business key ends in (`HW-000123`: 123), or None where it holds none."""
    digits = _DIGITS.findall(key) if key else None
    return int(digits[-1][-_MOST_DIGITS:]) if digits else None


class LinkInjection:
    """One fault injected into one request or connection; it leaves a row only once it has had an effect."""

    __slots__ = (
        "_at", "_burst", "_caller", "_done", "_line", "_losses", "_number", "_passed", "description", "detail",
        "effect", "fault", "key"
    )  # fmt: skip

    def __init__(
        self, fault: ActiveFault, number: int, caller: Origin, detail: str | None, reply: Reply | None = None
    ) -> None:
        self.fault = fault
        self._number = number
        self._burst = 0
        self._caller = caller
        self.detail = detail
        """What its row says about the request."""
        self._at: float | None = None
        self._done = False
        self._line: Line | None = None
        self._passed = 0
        self._losses = 0
        self.effect = fault.effect(number)
        if reply is not None:
            self.effect = self.effect.ended_by(reply)
        self.description = self.effect.description
        """What it did, in words."""
        self.key = caller.key
        """Business key of the request, once it is known."""

    @property
    def ending(self) -> Ending | None:
        """How it ends the connection, or answers the request; None: it does neither."""
        return self.effect.get(Ending)

    @property
    def allowed(self) -> int:
        """Bytes that pass before it ends the connection."""
        allowance = self.effect.get(Allowance)
        return allowance.bytes if allowance is not None else 0

    def again(self) -> FaultEffect:
        """Return what it does to the next burst of the same connection."""
        self._burst += 1
        return self.fault.effect(self._number, self._burst)

    def renew(self) -> bool:
        """Take over what its fault does now, as hard as its number says; return whether that has changed."""
        before, self.effect = self.effect, self.fault.effect(self._number)
        return self.effect != before

    def by(self, caller: Origin) -> None:
        """Take note whose request the connection carries now: each request has a row of its own."""
        if caller is not UNKNOWN_ORIGIN and caller.request != self._caller.request:
            self.turn()
            self._caller, self.key = caller, caller.key

    def turn(self) -> None:
        """Write its row so far; what effect it has from now on goes to another row."""
        self.end()
        self._at, self._done = None, False

    def line(self, source: str) -> Line | None:
        """Return the thin line that bytes from address `source` go over; None: they go as fast as they come."""
        pace = self.effect.get(Pace)
        if pace is None:
            return None
        if self._line is None:
            self._line = self.fault.line(pace, source)
        self._line.rate = pace.rate
        return self._line

    @property
    def slices(self) -> Iterator[tuple[int, float]] | None:
        """Sizes in bytes of the pieces in which its bytes leave, and the seconds between; None: as they come."""
        slices = self.effect.get(Slices)
        if slices is None:
            return None
        least, most = max(1, slices.size - slices.variation), slices.size + slices.variation
        rng = self.fault.rng("slices", str(self._number), str(self._burst))
        return ((rng.randint(least, most), slices.gap) for _ in count())

    def spare(self, data: bytes) -> tuple[bytes, bool]:
        """Return what still passes of `data` before its ending, and whether that has come."""
        left = self.allowed - self._passed
        self._passed += len(data)
        return data[: max(0, left)], left <= len(data)

    def stall(self, size: int) -> float:
        """Return the seconds that `size` bytes are held up by losses."""
        loss = self.effect.get(Loss)
        if loss is None or not (stalls := self.fault.losses(loss, size)):
            return 0.0
        self.begin()
        self._losses += len(stalls)
        self.description = f"{self._losses} segments lost"
        return sum(stalls)

    @property
    def begun(self) -> bool:
        """Whether it has had an effect."""
        return self._at is not None

    def begin(self) -> None:
        """Take effect now; a second call does nothing."""
        if self._at is None:
            self._at = self.fault.clock.at()
            self.fault.began(self)

    def end(self) -> None:
        """End its effect, if it had one, and write its row; a second call does nothing."""
        if self._at is None or self._done:
            return
        self._done = True
        row = {
            "at": self._at,
            "request": self._caller.request,
            "key": self.key,
            "lasted": self.fault.clock.at() - self._at,
            "detail": self.detail,
            "effect": self.description[:_LONGEST_DESCRIPTION] or None,
        }
        self.fault.ended(self, row)
