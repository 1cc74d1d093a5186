"""Whose doing the end of a service is while a fault is on and a moment after it, and what is on record of it."""

import asyncio
import re
from types import SimpleNamespace
from typing import Any, cast

import pytest

from simulator.keeper import process_injection as strikes
from simulator.keeper.process_injection import ProcessInjector
from simulator.keeper.supervisor import ProcessSupervisor
from simulator.plan import Limits, Plan, Process
from simulator.protocol.events import ProcessFaultChanged
from simulator.runtime.base import Exit
from tests.unit.keeper.conftest import Toy

OUT_OF_MEMORY = Exit(137, out_of_memory=True)
SQUEEZE = ProcessFaultChanged(
    lap=1, at=0.0, place=("morning", 0), service="api", fault="memory", params={"to": "24m"}, on=True
)


def over(fault: ProcessFaultChanged) -> ProcessFaultChanged:
    return fault.model_copy(update={"on": False})


class Runtime:
    """Remembers what services may use."""

    def __init__(self) -> None:
        self.limits: list[Limits] = []

    async def limit(self, _name: str, limits: Limits) -> None:
        self.limits.append(limits)


async def test_who_is_killed_as_a_squeeze_ends_was_killed_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strikes, "_SEEN_LATE", 60.0)
    api = Process("api", "deployment", "workbench", ("run",), limits=Limits(1.0, 2**28, 64))
    crew = SimpleNamespace(plan=Plan("s", (api,)), runtime=Runtime(), limits={})
    noted: list[dict[str, Any]] = []
    dealt = ProcessInjector(cast("ProcessSupervisor", crew), lambda row, _due: noted.append(row))
    dealt.tell(SQUEEZE)
    while not crew.runtime.limits:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert not dealt.took("api", Exit(1))
    assert not dealt.took("other", OUT_OF_MEMORY)
    assert dealt.took("api", OUT_OF_MEMORY)
    dealt.tell(over(SQUEEZE))
    assert dealt.took("api", OUT_OF_MEMORY), "it still has less"
    while len(crew.runtime.limits) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert dealt.took("api", OUT_OF_MEMORY), "nobody has looked since"
    monkeypatch.setattr(strikes, "_SEEN_LATE", -60.0)
    assert not dealt.took("api", OUT_OF_MEMORY)
    await dealt.lift()
    assert len(noted) == 1


class Stubborn(Toy):
    """Its services do not end when they are asked to."""

    async def signal(self, _name: str, _number: int) -> None: ...


@pytest.fixture
def toy() -> Toy:
    return Stubborn()


async def test_who_is_killed_before_its_grace_is_over_had_no_more_than_that(made: ProcessSupervisor, toy: Toy) -> None:
    rows: list[dict[str, Any]] = []
    strikes = ProcessInjector(made, lambda row, _due: rows.append(row))
    event = ProcessFaultChanged(
        lap=1, at=1.0, place=("storm", 0), service="api", fault="restart", params={"grace": 3600.0}, on=True
    )
    strikes.tell(event)
    strikes.tell(over(event))
    await strikes.lift()
    (row,) = rows
    (waited,) = re.findall(r"killed, still there ([0-9.]+) s after SIGTERM", row["effect"])
    assert 0.0 <= float(waited) <= round(row["lasted"], 2) < 3600
    assert toy.starts == ["api", "jobs", "api"], "it is back"
