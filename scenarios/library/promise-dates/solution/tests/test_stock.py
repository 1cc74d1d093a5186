"""What we know, how old it is, and what is bought because of it."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.erp.adapter import ErpAdapter
from app.outbox import Outbox, Purchase
from app.settings import OutboxSettings, StockSettings
from app.stock import NothingKnown, Stock
from tests.demo_erp import DemoErp

STOCK = StockSettings(refresh_seconds=60, batch=40, fresh=timedelta(minutes=15), limit=timedelta(minutes=90))
OUTBOX = OutboxSettings(workers=2, file_seconds=0.05)


async def until(happened: Callable[[], bool]) -> None:
    """Wait for it, not for ever."""
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.005)


class Clock:
    """A clock that we set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 8, 0)

    async def started(self) -> None:
        return None

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Any:
    return Clock()


@pytest.mark.parametrize(("minutes", "stale"), [(0, False), (15, False), (16, True), (90, True)])
def test_what_is_old_says_so(adapter: ErpAdapter, erp: DemoErp, clock: Any, minutes: int, stale: bool) -> None:
    async def day() -> bool:
        stock = Stock(adapter, clock, ["A-1001"], STOCK)
        await stock.level("A-1001", clock.time)
        erp.mood = "NACHTSPERRE"
        return (await stock.level("A-1001", clock.time + timedelta(minutes=minutes)))[1]

    assert asyncio.run(day()) is stale


def test_what_is_too_old_is_nothing(adapter: ErpAdapter, erp: DemoErp, clock: Any) -> None:
    async def day() -> None:
        stock = Stock(adapter, clock, ["A-1001"], STOCK)
        await stock.level("A-1001", clock.time)
        erp.mood = "NACHTSPERRE"
        await stock.level("A-1001", clock.time + timedelta(minutes=91))

    with pytest.raises(NothingKnown):
        asyncio.run(day())


def test_everything_is_read_ahead_in_bulk(adapter: ErpAdapter, erp: DemoErp, clock: Any) -> None:
    async def day() -> None:
        stock = Stock(adapter, clock, [f"A-{n}" for n in range(1001, 1081)], STOCK)
        task = asyncio.create_task(stock.run())
        await until(lambda: len(erp.calls) >= 4)
        task.cancel()

    asyncio.run(day())
    assert erp.calls.count("BestandListe") == 2


def test_what_the_erp_does_not_carry_is_found_and_left_out(adapter: ErpAdapter, erp: DemoErp, clock: Any) -> None:
    erp.delisted = {"A-1004", "A-1007"}
    articles = [f"A-{n}" for n in range(1001, 1011)]

    async def day() -> list[str]:
        stock = Stock(adapter, clock, articles, STOCK.model_copy(update={"refresh_seconds": 0.01}))
        task = asyncio.create_task(stock.run())
        await until(lambda: erp.calls[-3:] == ["BestandListe"] * 3 and len(erp.calls) > 30)
        task.cancel()
        known = [article for article in articles if article not in erp.delisted]
        return [article for article in known if (await stock.level(article, clock.time))[0]]

    assert len(asyncio.run(day())) == 8


def test_an_article_that_is_being_counted_keeps_what_was_known(adapter: ErpAdapter, erp: DemoErp, clock: Any) -> None:
    async def day() -> tuple[Any, ...]:
        stock = Stock(adapter, clock, ["A-1001", "A-1002"], STOCK.model_copy(update={"refresh_seconds": 0.01}))
        task = asyncio.create_task(stock.run())
        await until(lambda: len(erp.calls) > 3)
        erp.counted = {"A-1001"}
        clock.time += timedelta(minutes=20)
        asked = len(erp.calls)
        await until(lambda: len(erp.calls) > asked + 3)
        task.cancel()
        return [await stock.level(article, clock.time) for article in ("A-1001", "A-1002")]

    counted, other = asyncio.run(day())
    assert (counted[0].quantity, counted[1], other[1]) == (1250, True, False)


def test_what_is_not_confirmed_in_the_end_is_left_in_the_drop_box(
    adapter: ErpAdapter, erp: DemoErp, clock: Any
) -> None:
    erp.mood = "NACHTSPERRE"

    async def day() -> None:
        outbox = Outbox(adapter, clock, OUTBOX)
        task = asyncio.create_task(outbox.run())
        for n in range(3):
            outbox.add(Purchase(f"HW-{n}", "A-1002", 120, date(2026, 3, 2)))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait([task])
        await outbox.close()
        await outbox.close()

    asyncio.run(day())
    (content,) = erp.files.values()
    assert [line[2:6] for line in content.decode().splitlines()[1:-1]] == ["HW-0", "HW-1", "HW-2"]


def test_every_purchase_arrives_once_through_late_answers_and_a_night(
    adapter: ErpAdapter, erp: DemoErp, clock: Any
) -> None:
    erp.late = {"HW-1", "HW-3"}

    async def day() -> None:
        outbox = Outbox(adapter, clock, OUTBOX)
        task = asyncio.create_task(outbox.run())
        for n in range(6):
            outbox.add(Purchase(f"HW-{n}", "A-1002", 120, date(2026, 3, 2)))
            erp.mood = "NACHTSPERRE" if n in (2, 3, 4) else None
            await asyncio.sleep(0.02)
        await until(lambda: len(erp.purchases) == 6)
        task.cancel()

    asyncio.run(day())
    assert sorted(erp.purchases) == [f"HW-{n}" for n in range(6)]


def test_what_is_taken_only_by_file_goes_by_file(adapter: ErpAdapter, erp: DemoErp, clock: Any) -> None:
    erp.writes_by_file = True

    async def day() -> None:
        outbox = Outbox(adapter, clock, OUTBOX)
        task = asyncio.create_task(outbox.run())
        for n in range(3):
            outbox.add(Purchase(f"HW-{n}", "A-1002", 120, date(2026, 3, 2)))
        await until(lambda: len(orders()) == 3)
        task.cancel()

    def orders() -> list[str]:
        lines = [line for content in erp.files.values() for line in content.decode().splitlines()]
        return sorted(line[2:6] for line in lines if line.startswith("10"))

    asyncio.run(day())
    assert orders() == ["HW-0", "HW-1", "HW-2"]
    assert erp.purchases == {}
