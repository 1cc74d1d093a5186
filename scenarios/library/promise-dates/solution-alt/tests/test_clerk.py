"""The clerk's rounds."""

import asyncio
import time
from datetime import date

import pytest

from app.clerk import Clerk
from app.erp.adapter import ErpAdapter
from app.erp.orderfile import Line
from app.journal import Journal
from app.settings import ClerkSettings
from tests.demo_erp import DemoErp

ARTICLES = [f"A-{n}" for n in range(1001, 1081)]


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def clerk(adapter: ErpAdapter, journal: Journal) -> Clerk:
    return Clerk(adapter, journal, ARTICLES, ClerkSettings(round_seconds=0.05, batch=40))


def enter(journal: Journal, *orders: str) -> None:
    for order in orders:
        journal.enter(Line(order, order, "A-1002", 120, date(2026, 3, 2)))


def work(clerk: Clerk, rounds: int = 1) -> None:
    async def shift() -> None:
        for _ in range(rounds):
            await clerk.round(time.monotonic() + 5)

    asyncio.run(shift())


def filed(erp: DemoErp) -> list[str]:
    lines = [line for content in erp.files.values() for line in content.decode().splitlines()]
    return [line[2:22].strip() for line in lines if line.startswith("10")]


def test_a_round_reads_everything_in_two_calls_on_one_session(clerk: Clerk, erp: DemoErp) -> None:
    work(clerk)
    assert erp.calls == ["Anmelden", "BestandListe", "BestandListe"]
    assert sorted(clerk.snapshot) == ARTICLES


def test_what_the_erp_does_not_carry_is_found_and_left_out(clerk: Clerk, erp: DemoErp) -> None:
    erp.delisted = {"A-1004", "A-1077", "A-1078"}
    work(clerk)
    assert sorted(clerk.snapshot) == [article for article in ARTICLES if article not in erp.delisted]
    erp.calls.clear()
    work(clerk)
    assert erp.calls == ["BestandListe", "BestandListe"]


def test_an_article_that_is_being_counted_keeps_what_was_known(clerk: Clerk, erp: DemoErp) -> None:
    work(clerk)
    erp.counted, erp.stand = {"A-1001"}, "02.03.2026 08:30"
    work(clerk)
    assert (clerk.snapshot["A-1001"].quantity, clerk.snapshot["A-1001"].as_of.minute) == (1250, 14)
    assert clerk.snapshot["A-1002"].as_of.minute == 30


def test_in_the_end_everything_is_handed_over(clerk: Clerk, erp: DemoErp, journal: Journal) -> None:
    work(clerk)
    enter(journal, "HW-1", "HW-2")
    asyncio.run(clerk.close())
    assert filed(erp) == ["HW-1", "HW-2"]


def test_a_session_that_ended_is_renewed_once(clerk: Clerk, erp: DemoErp) -> None:
    work(clerk)
    erp.sessions.clear()
    erp.calls.clear()
    work(clerk)
    assert erp.calls == ["BestandListe", "Anmelden", "BestandListe", "BestandListe"]


def test_what_is_written_down_is_bought(clerk: Clerk, erp: DemoErp, journal: Journal) -> None:
    enter(journal, "HW-1", "HW-2", "HW-1")
    work(clerk)
    assert list(erp.purchases) == ["HW-1", "HW-2"]
    assert erp.files == {}


def test_what_is_not_confirmed_is_filed_under_the_same_reference(clerk: Clerk, erp: DemoErp, journal: Journal) -> None:
    erp.late.add("HW-1")
    enter(journal, "HW-1", "HW-2")
    work(clerk)
    assert list(erp.purchases) == ["HW-1", "HW-2"]
    assert filed(erp) == ["HW-1"]


def test_at_night_everything_is_filed_and_the_snapshot_stays(clerk: Clerk, erp: DemoErp, journal: Journal) -> None:
    work(clerk)
    erp.mood = "NACHTSPERRE"
    enter(journal, "HW-1")
    erp.calls.clear()
    work(clerk)
    assert filed(erp) == ["HW-1"]
    assert erp.calls == ["BestandListe"]
    assert sorted(clerk.snapshot) == ARTICLES


def test_a_refused_write_is_filed(clerk: Clerk, erp: DemoErp, journal: Journal) -> None:
    erp.writes_by_file = True
    enter(journal, "HW-1", "HW-2")
    work(clerk)
    assert filed(erp) == ["HW-1", "HW-2"]


def test_no_file_is_sent_twice(clerk: Clerk, erp: DemoErp, journal: Journal) -> None:
    erp.writes_by_file = True
    enter(journal, "HW-1")
    work(clerk, 2)
    enter(journal, "HW-2")
    work(clerk, 2)
    assert [name[-9:] for name in erp.files] == ["00001.txt", "00002.txt"]
    assert filed(erp) == ["HW-1", "HW-2"]
