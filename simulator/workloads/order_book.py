"""The orders of a wholesaler's customers, and which promises for them are true. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Protocol

from simulator import seeds
from simulator.clock import Timeline

_TRIES = 100
"""Articles to try for an order that the warehouse can serve; when all are out of stock, the order is short."""


class Level(Protocol):
    """What the warehouse has of one article at one time."""

    @property
    def quantity(self) -> int: ...
    @property
    def lead_days(self) -> int: ...


class Levels(Protocol):
    """The warehouse over simulated time: levels hold until they change."""

    def at(self, article: str, sim: datetime) -> Level:
        """Return the level at simulated time `sim`."""

    def changes(self, article: str, a: datetime, b: datetime) -> Sequence[tuple[datetime, Level]]:
        """Return the changes in `(a, b]` with the level that each one brings, in order."""


@dataclass(frozen=True)
class BookedOrder:
    """One customer order, due at wall second `at`."""

    id: str
    at: float
    article: str
    quantity: int
    ordered_at: datetime
    """Simulated local time, to the second."""


@dataclass(frozen=True)
class Book:
    """How orders are drawn: which articles, how skewed, and the share for which the warehouse has too little."""

    articles: Sequence[str]
    short: float
    skew: float = 0.7
    """Exponent of the Zipf law by which some articles are ordered more often than others."""

    def orders(self, seed: int, times: Sequence[float], timeline: Timeline, levels: Levels) -> list[BookedOrder]:
        """Return one order for each wall second in `times`; the number of short ones is exact."""
        rng = seeds.rng(seed, "orders")
        articles = rng.sample(list(self.articles), len(self.articles))
        weights = list(accumulate((rank + 1) ** -self.skew for rank in range(len(articles))))
        cards = [index < round(self.short * len(times)) for index in range(len(times))]
        rng.shuffle(cards)
        orders = []
        for number, (at, short) in enumerate(zip(times, cards, strict=True), start=1):
            ordered_at = timeline.sim(at).replace(microsecond=0)
            drawn = (rng.choices(articles, cum_weights=weights)[0] for _ in range(_TRIES))
            stocks = ((article, levels.at(article, ordered_at).quantity) for article in drawn)
            # An empty shelf can only be short: the share stays exact when somebody else's article is asked for.
            article, stock = next(((a, stock) for a, stock in stocks if short or stock), (articles[0], 0))
            quantity = _quantity(rng, stock, short or not stock)
            orders.append(BookedOrder(f"HW-{number:06d}", at, article, quantity, ordered_at))
        return orders


def _quantity(rng: random.Random, stock: int, short: bool) -> int:
    return stock + rng.randint(1, max(10, stock // 4)) if short else rng.randint(1, max(1, stock * 4 // 5))


def working_day(day: date, after: int) -> date:
    """Return the `after`-th working day (Monday to Friday) after `day`; `day` itself when `after` is 0."""
    while after > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            after -= 1
    return day


def promise(order: BookedOrder, level: Level) -> date:
    """Return the date that is true for `order` while the warehouse is at `level`.

    What is in stock leaves on the next working day; the rest is bought, which takes the article's lead days.
    """
    days = 1 if level.quantity >= order.quantity else level.lead_days
    return working_day(order.ordered_at.date(), days)


def during(levels: Levels, article: str, since: datetime, until: datetime) -> list[Level]:
    """Return every level that `article` had between `since` and `until`, the oldest first."""
    return [levels.at(article, since), *(level for _, level in levels.changes(article, since, until))]


def promises(levels: Levels, order: BookedOrder, since: datetime, until: datetime) -> set[date]:
    """Return every date that was true for `order` at some time between `since` and `until`."""
    return {promise(order, level) for level in during(levels, order.article, since, until)}


def is_short(levels: Levels, order: BookedOrder, since: datetime, until: datetime) -> bool | None:
    """Whether the warehouse had too little for `order` all the time; None when it had enough for part of it."""
    short = {level.quantity < order.quantity for level in during(levels, order.article, since, until)}
    return short.pop() if len(short) == 1 else None
