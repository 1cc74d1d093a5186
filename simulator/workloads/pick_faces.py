"""A warehouse's pick faces: the true quantity in each at any time, and the order lines to ask about. Pure."""

import random
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from simulator import seeds
from simulator.clock import Timeline

Face = tuple[str, str]
"""Site and SKU: there is one pick face for each."""


@dataclass(frozen=True)
class Move:
    """What a scan records: eaches put into a pick face (a receipt) or taken out of it (a pick)."""

    face: Face
    at: datetime
    receipt: bool
    quantity: int


@dataclass
class _Face:
    opening: int
    counted_at: datetime
    times: list[datetime] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    picked: list[int] = field(default_factory=list)
    """Total picked, up to and including each move."""


class Faces:
    """The quantity in each pick face, in eaches: what was counted, and every move since."""

    def __init__(self, counted: Mapping[Face, tuple[int, datetime]], moves: Iterable[Move]) -> None:
        self._faces = {face: _Face(quantity, at) for face, (quantity, at) in counted.items()}
        sums = {face: [one.opening, 0] for face, one in self._faces.items()}
        for move in sorted(moves, key=lambda move: move.at):
            one = self._faces[move.face]
            if move.at <= one.counted_at:
                continue
            total = sums[move.face]
            total[0] += move.quantity if move.receipt else -move.quantity
            total[1] += 0 if move.receipt else move.quantity
            one.times.append(move.at)
            one.levels.append(total[0])
            one.picked.append(total[1])

    def counted_at(self, face: Face) -> datetime:
        """Return when the face was last counted: before that nobody asks about it."""
        return self._faces[face].counted_at

    def level(self, face: Face, at: datetime) -> int:
        """Return the quantity at that time; never below 0."""
        one = self._faces[face]
        place = bisect_right(one.times, at)
        return max(one.levels[place - 1] if place else one.opening, 0)

    def range(self, face: Face, since: datetime, until: datetime) -> tuple[int, int]:
        """Return the least and the greatest quantity between the two times."""
        one = self._faces[face]
        between = one.levels[bisect_right(one.times, since) : bisect_right(one.times, until)]
        found = [self.level(face, since), *(max(level, 0) for level in between)]
        return min(found), max(found)

    def picked(self, face: Face, since: datetime, until: datetime) -> int:
        """Return what is picked there after the first time and up to the second."""
        one = self._faces[face]
        sums = [0, *one.picked]
        return sums[bisect_right(one.times, until)] - sums[bisect_right(one.times, since)]


@dataclass(frozen=True)
class Line:
    """One order line that a picker asks about, at wall second `at`."""

    id: str
    at: float
    face: Face
    quantity: int
    asked_at: datetime
    """Simulated time, to the second."""


@dataclass(frozen=True)
class Wave:
    """How lines are drawn."""

    asked: Mapping[str, Sequence[str]]
    """By site its SKUs, each as often as it moves: fast movers are asked about more."""
    short: float
    """The share of lines that need more than there is."""

    def lines(self, seed: int, times: Sequence[float], timeline: Timeline, faces: Faces) -> list[Line]:
        """Return one line for each wall second in `times`; the number of short ones is exact."""
        rng = seeds.rng(seed, "lines")
        cards = [index < round(self.short * len(times)) for index in range(len(times))]
        rng.shuffle(cards)
        lines = []
        for number, (at, short) in enumerate(zip(times, cards, strict=True), start=1):
            asked_at = timeline.sim(at).replace(microsecond=0)
            sites = [site for site, skus in self.asked.items() if faces.counted_at((site, skus[0])) <= asked_at]
            site = rng.choice(sites)
            face = (site, rng.choice(self.asked[site]))
            level = faces.level(face, asked_at)
            lines.append(Line(f"RL-{number:06d}", at, face, _quantity(rng, level, short or level < 2), asked_at))
        return lines


def _quantity(rng: random.Random, level: int, short: bool) -> int:
    return level + rng.randint(6, max(16, level // 5)) if short else rng.randint(1, max(1, level * 6 // 10))
