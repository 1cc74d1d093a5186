"""A fault that is switched on for a link: what it picks, whom it strikes, and the row that each strike leaves."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Protocol

from scenarios.model import FaultUse
from simulator import seeds
from simulator.clock import Clock
from simulator.deck import Deck
from simulator.evidence.recorder import Recorder
from simulator.faults import FAULTS
from simulator.faults.base import Blow, problem

_LONGEST_PATH = 200
"""Characters of a path that a row keeps: the deployment chooses it."""


class RequestHead(Protocol):
    """What `where` looks at."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class Caller:
    """Who sent a request, where the field knows it: its own traffic on ingress."""

    __slots__ = ("key", "request")

    def __init__(self, request: str | None = None, key: str | None = None) -> None:
        self.request = request
        self.key = key


ANYONE = Caller()


class Armed:
    """One fault of one phase, switched on for one link in one lap."""

    def __init__(self, use: FaultUse, protocol: str, seed: int, clock: Clock, recorder: Recorder) -> None:
        """Raises `ValueError` (or `UnknownWord`) where `use` makes no sense on a link of that protocol."""
        wrong = problem(use, protocol, FAULTS)
        if wrong is not None:
            raise ValueError(wrong)
        name, raw = next(iter(use.kinds.items()))
        self.use = use
        self.kind = FAULTS[name]
        self.params = self.kind.params.model_validate(raw)
        self.deck = Deck(seeds.child(seed, "deck"), use.share)
        self.seed = seed
        self.clock = clock
        self._recorder: Recorder | None = recorder
        self.struck = 0
        """Strikes that took effect so far."""
        self._arrived = 0
        self._open: set[Strike] = set()

    def deal(self, caller: Caller = ANYONE, head: RequestHead | None = None) -> "Strike | None":
        """The strike on the next thing that passes, or None where it is not picked or its card is blank.

        Cards fall on the number in the caller's business key, so that a retry shares the fate of the first try;
        without a key they fall in order of arrival.
        """
        if head is not None and not self._picks(head):
            return None
        number = ordinal(caller.key)
        if number is None:
            number = self._arrived
            self._arrived += 1
        if not self.deck.struck(number):
            return None
        return Strike(self, number, caller, f"{head.method} {head.path}"[:_LONGEST_PATH] if head is not None else None)

    def blow(self, number: int, burst: int = 0) -> Blow:
        """What card `number` does; `burst` counts what it does to one connection."""
        return self.kind.blow(self.params, seeds.rng(self.seed, "blow", str(number), str(burst)))

    def close(self) -> None:
        """The lap is over: strikes that go on are recorded as they are, and none is recorded any more."""
        for strike in list(self._open):
            strike.end()
        self._recorder = None

    def _picks(self, head: RequestHead) -> bool:
        return all(_matches(name, glob, head) for name, glob in self.use.where.items())

    def began(self, strike: "Strike") -> None:
        """A strike took effect."""
        self.struck += 1
        self._open.add(strike)

    def ended(self, strike: "Strike", row: Mapping[str, Any]) -> None:
        """A strike is over; its row is written."""
        self._open.discard(strike)
        if self._recorder is not None:
            self._recorder.write("faults", {"link": self.use.link, "kind": self.kind.name, **row})


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


class Strike:
    """One request or connection that a fault was dealt to; it leaves a row only once it has had an effect."""

    __slots__ = ("_armed", "_at", "_burst", "_caller", "_detail", "_done", "_number", "blow")

    def __init__(self, armed: Armed, number: int, caller: Caller, detail: str | None) -> None:
        self._armed = armed
        self._number = number
        self._burst = 0
        self._caller = caller
        self._detail = detail
        self._at: float | None = None
        self._done = False
        self.blow = armed.blow(number)
        """What it does."""

    def again(self) -> Blow:
        """What it does to the next burst of the same connection."""
        self._burst += 1
        return self._armed.blow(self._number, self._burst)

    def begin(self) -> None:
        """It takes effect now."""
        if self._at is None:
            self._at = self._armed.clock.at()
            self._armed.began(self)

    def end(self) -> None:
        """Its effect is over."""
        if self._at is None or self._done:
            return
        self._done = True
        row = {
            "at": self._at,
            "request": self._caller.request,
            "key": self._caller.key,
            "lasted": self._armed.clock.at() - self._at,
            "detail": self._detail,
        }
        self._armed.ended(self, row)
