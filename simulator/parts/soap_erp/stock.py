"""The stock and lead time of each article: the truth that the ERP and the workload share.

Stock and lead days of an article are piecewise constant in simulated time and change together, every four hours on
average. They are a pure function of the seed: nothing that anybody does changes them.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator import seeds
from simulator.parts.soap_erp.articles import articles as numbers

MEAN_MINUTES = 240.0
"""Simulated minutes between two changes of one article, on average."""

LARGE_SHARE = 0.25
"""Share of the articles that are kept in thousands; it is exact, and the seed decides which ones."""

SMALL = (0, 400)
LARGE = (1000, 4999)
LEAD_DAYS = (2, 9)
"""Ranges, both ends included. A lead is at least two days: one day would promise the same date as stock does."""


@dataclass(frozen=True)
class Level:
    """What the ERP would say about one article."""

    quantity: int
    lead_days: int
    """Working days until there is more."""


class Stock:
    """All levels of a lap; before `timeline_start` an article is as it is then."""

    def __init__(self, seed: int, articles: int, timeline_start: datetime) -> None:
        self.articles = numbers(articles)
        self._start = timeline_start
        order = seeds.rng(seed, "large").sample(self.articles, articles)
        large = set(order[: round(articles * LARGE_SHARE)])
        self._series = {
            article: _Series(seeds.rng(seed, "stock", article), LARGE if article in large else SMALL, timeline_start)
            for article in self.articles
        }

    def at(self, article: str, sim: datetime) -> Level:
        """Return the level at a simulated time. Raises `KeyError` when there is no such article."""
        series = self._series[article]
        series.reach(sim)
        return series.levels[max(bisect_right(series.times, sim) - 1, 0)]

    def changes(self, article: str, a: datetime, b: datetime) -> list[tuple[datetime, Level]]:
        """Return the changes in `(a, b]` with the new level of each, in order. Raises `KeyError` as `at` does."""
        series = self._series[article]
        series.reach(b)
        first, last = bisect_right(series.times, a), bisect_right(series.times, b)
        # The first level begins with the series; it is no change.
        return list(zip(series.times, series.levels, strict=True))[max(first, 1) : max(last, 1)]


def delisted(seed: int, numbered: Sequence[str], count: int) -> frozenset[str]:
    """Return the articles that the ERP does not carry any more."""
    return frozenset(seeds.rng(seed, "delisted").sample(numbered, count))


class _Series:
    """One article's levels, drawn as far as anybody has looked; looking never changes what is drawn."""

    def __init__(self, rng: random.Random, bounds: tuple[int, int], start: datetime) -> None:
        self._rng = rng
        self._bounds = bounds
        self.times = [start]
        self.levels = [self._draw(None)]

    def reach(self, sim: datetime) -> None:
        while self.times[-1] <= sim:
            minutes = self._rng.expovariate(1 / MEAN_MINUTES)
            self.times.append(self.times[-1] + timedelta(minutes=minutes))
            self.levels.append(self._draw(self.levels[-1]))

    def _draw(self, last: Level | None) -> Level:
        """Return a level that differs from the last one in both values, so that either shows a change."""
        quantity, lead = self._rng.randint(*self._bounds), self._rng.randint(*LEAD_DAYS)
        while last and quantity == last.quantity:
            quantity = self._rng.randint(*self._bounds)
        while last and lead == last.lead_days:
            lead = self._rng.randint(*LEAD_DAYS)
        return Level(quantity, lead)
