"""Orders and what may truthfully be promised for them."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from simulator.clock import Span, Timeline
from simulator.workloads.order_book import Book, BookedOrder, is_short, promise, promises, working_day

MONDAY = datetime(2026, 3, 2, 8, 0)
TIMELINE = Timeline((Span("day", 0, 60, MONDAY, 450, True, False), Span("drain", 60, 70, MONDAY, 450, False, False)))


@dataclass(frozen=True)
class Level:
    quantity: int
    lead_days: int


class Levels:
    """The same for every article: a level from each time on."""

    def __init__(self, *series: tuple[datetime, Level]) -> None:
        self.times, self.levels = [t for t, _ in series], [level for _, level in series]

    def at(self, _article: str, sim: datetime) -> Level:
        return self.levels[max(bisect_right(self.times, sim) - 1, 0)]

    def changes(self, _article: str, a: datetime, b: datetime) -> list[tuple[datetime, Level]]:
        return [(t, level) for t, level in zip(self.times, self.levels, strict=True) if a < t <= b]


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def order(quantity: int, at: datetime = MONDAY) -> BookedOrder:
    return BookedOrder("HW-000001", 0.0, "A-1001", quantity, at)


@pytest.mark.parametrize(
    ("day", "after", "then"),
    [
        (date(2026, 3, 2), 1, date(2026, 3, 3)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 3, 4), 5, date(2026, 3, 11)),
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
    ],
)
def test_working_days_are_monday_to_friday(day: date, after: int, then: date) -> None:
    assert working_day(day, after) == then


def test_what_is_in_stock_leaves_next_day_and_the_rest_takes_its_lead_days() -> None:
    assert promise(order(100), Level(100, 5)) == date(2026, 3, 3)
    assert promise(order(101), Level(100, 5)) == date(2026, 3, 9)


def test_every_date_that_was_true_in_the_window_counts() -> None:
    levels = Levels((MONDAY, Level(10, 3)), (MONDAY + minutes(30), Level(200, 4)))
    before = promises(levels, order(50), MONDAY, MONDAY + minutes(29))
    across = promises(levels, order(50), MONDAY, MONDAY + minutes(30))
    after = promises(levels, order(50), MONDAY + minutes(30), MONDAY + minutes(60))
    assert (before, after) == ({date(2026, 3, 5)}, {date(2026, 3, 3)})
    assert across == before | after


def test_an_order_is_short_only_if_it_was_so_all_the_time() -> None:
    levels = Levels((MONDAY, Level(10, 3)), (MONDAY + minutes(30), Level(200, 4)))
    assert is_short(levels, order(50), MONDAY, MONDAY + minutes(10)) is True
    assert is_short(levels, order(50), MONDAY, MONDAY + minutes(40)) is None
    assert is_short(levels, order(50), MONDAY + minutes(35), MONDAY + minutes(40)) is False


def test_the_share_of_short_orders_is_exact() -> None:
    levels = Levels((MONDAY, Level(120, 3)))
    orders = Book(["A-1001", "A-1002"], 0.25).orders(7, [n / 20 for n in range(800)], TIMELINE, levels)
    assert sum(o.quantity > 120 for o in orders) == 200
    assert all(o.quantity >= 1 for o in orders)


def test_an_empty_shelf_leaves_the_share_as_it_is() -> None:
    class OneEmpty(Levels):
        def at(self, article: str, sim: datetime) -> Level:
            return Level(0, 3) if article == "A-1001" else super().at(article, sim)

    levels = OneEmpty((MONDAY, Level(120, 3)))
    orders = Book(["A-1001", "A-1002"], 0.25).orders(7, [n / 20 for n in range(800)], TIMELINE, levels)
    assert sum(o.quantity > levels.at(o.article, o.ordered_at).quantity for o in orders) == 200


def test_an_empty_warehouse_is_short_whatever_the_cards_say() -> None:
    orders = Book(["A-1001"], 0.0).orders(7, [0.0, 1.0], TIMELINE, Levels((MONDAY, Level(0, 3))))
    assert [o.quantity > 0 for o in orders] == [True, True]


def test_some_articles_are_ordered_more_often_than_others() -> None:
    levels = Levels((MONDAY, Level(120, 3)))
    articles = [f"A-{n}" for n in range(1001, 1021)]
    orders = Book(articles, 0.25).orders(7, [n / 40 for n in range(2000)], TIMELINE, levels)
    counts = sorted((sum(o.article == a for o in orders) for a in articles), reverse=True)
    assert counts[0] > 3 * counts[-1] > 0


def test_the_same_seed_gives_the_same_orders_in_simulated_time() -> None:
    levels = Levels((MONDAY, Level(120, 3)))
    book, times = Book(["A-1001", "A-1002"], 0.25), [0.0, 0.5, 1.0]
    orders = book.orders(7, times, TIMELINE, levels)
    assert orders == book.orders(7, times, TIMELINE, levels)
    assert [o.id for o in orders] == ["HW-000001", "HW-000002", "HW-000003"]
    assert [o.ordered_at for o in orders] == [MONDAY, MONDAY + timedelta(seconds=225), MONDAY + minutes(7.5)]
