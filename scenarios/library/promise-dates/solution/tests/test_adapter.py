"""Sessions, faults and the breaker."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from app.erp.adapter import ErpAdapter
from app.erp.breaker import Breaker
from app.erp.errors import Closed, ErpError, Fault, Unanswered
from tests.demo_erp import DemoErp


async def all_of(*calls: Coroutine[Any, Any, Any]) -> list[Any]:
    return list(await asyncio.gather(*calls, return_exceptions=True))


def test_many_calls_share_two_sessions(adapter: ErpAdapter, erp: DemoErp) -> None:
    asyncio.run(all_of(*(adapter.stock(["A-1001"]) for _ in range(20))))
    assert erp.calls.count("Anmelden") == 2


def test_everybody_waits_for_one_new_login_a_session(adapter: ErpAdapter, erp: DemoErp) -> None:
    async def day() -> list[Any]:
        await all_of(*(adapter.stock(["A-1001"]) for _ in range(20)))
        erp.sessions.clear()
        return await all_of(*(adapter.stock(["A-1001"]) for _ in range(20)))

    answers = asyncio.run(day())
    assert not any(isinstance(answer, ErpError) for answer in answers)
    assert erp.calls.count("Anmelden") == 4


def test_a_closed_erp_is_asked_once_and_then_left_alone(adapter: ErpAdapter, erp: DemoErp) -> None:
    erp.mood = "NACHTSPERRE"

    async def night() -> list[Any]:
        return [(await all_of(adapter.stock(["A-1001"])))[0] for _ in range(20)]

    assert all(isinstance(answer, Closed) for answer in asyncio.run(night()))
    assert len(erp.calls) == 1


def test_a_probe_finds_the_erp_open_again(adapter: ErpAdapter, erp: DemoErp) -> None:
    async def night() -> Any:
        erp.mood = "NACHTSPERRE"
        await all_of(adapter.stock(["A-1001"]))
        erp.mood = None
        await asyncio.sleep(0.06)
        return await adapter.stock(["A-1001"])

    assert asyncio.run(night())["A-1001"].lead_days == 4


def test_other_faults_are_no_reason_to_stop(adapter: ErpAdapter, erp: DemoErp) -> None:
    erp.mood = "ARTIKEL_UNBEKANNT"
    with pytest.raises(Fault):
        asyncio.run(adapter.stock(["A-1001"]))
    erp.mood = None
    assert asyncio.run(adapter.stock(["A-1001"]))


def test_a_late_write_under_the_same_reference_is_one_purchase(adapter: ErpAdapter, erp: DemoErp) -> None:
    erp.late.add("HW-1")

    async def twice() -> str:
        with pytest.raises(Unanswered):
            await adapter.purchase("HW-1", "A-1002", 120, "HW-1")
        return await adapter.purchase("HW-1", "A-1002", 120, "HW-1")

    assert asyncio.run(twice()) == "4500000001"
    assert len(erp.purchases) == 1


def test_the_breaker_lets_one_probe_through_at_a_time() -> None:
    now = [0.0]
    breaker = Breaker(0.5, lambda: now[0])
    breaker.check()
    breaker.trip("NACHTSPERRE")
    with pytest.raises(Closed):
        breaker.check()
    now[0] = 0.6
    breaker.check()
    with pytest.raises(Closed):
        breaker.check()
    breaker.reset()
    breaker.check()
