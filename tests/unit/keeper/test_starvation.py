"""Whose fault a late start is: by what the deployment used, and by what the machine had left."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from simulator.keeper import starvation as patience
from simulator.keeper import supervisor as crew
from simulator.keeper.errors import DoesNotStart, SiteLost, Starved
from simulator.keeper.starvation import Look, Reading
from simulator.keeper.supervisor import ProcessSupervisor
from simulator.plan import Limits, Plan, Process
from simulator.runtime.base import Exit, Sample


def minute(used: float, idle: float, lately: float | None = None) -> list[Look]:
    """Sixty looks, the last ten of which may be different."""
    return [Look(1.0, used, idle)] * 50 + [Look(1.0, used if lately is None else lately, idle)] * 10


@pytest.mark.parametrize(
    ("looks", "limit", "whose"),
    [
        pytest.param(minute(0.05, 0.0), 1.0, "ours", id="it got little of a machine that had no more"),
        pytest.param(minute(0.05, 0.5), 1.0, "theirs", id="the machine had more"),
        pytest.param(minute(0.99, 0.0), 1.0, "theirs", id="it burned all that it may have"),
        pytest.param(minute(0.3, 0.0), 1.0, "theirs", id="it burned much of it beside others"),
        pytest.param(minute(0.0, 0.0), 1.0, "theirs", id="it slept on a busy machine"),
        pytest.param(minute(0.05, 0.0, lately=0.0), 1.0, "theirs", id="it fell asleep on a busy machine"),
        pytest.param(minute(1.9, 0.0), 8.0, "theirs", id="it burned the whole of a machine smaller than its limit"),
        pytest.param([], 1.0, "theirs", id="nobody looked"),
    ],
)
def test_a_start_is_starved_only_by_others(looks: list[Look], limit: float, whose: str) -> None:
    said = patience.starved(looks, limit, cores=2)
    assert ("theirs" if said is None else "ours") == whose
    assert said is None or "0.05 of its 1 cores" in said


def test_the_machine_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    before = patience.machine()
    assert 0 < before.idle < before.all
    assert Reading(15.0, 200.0).since(Reading(10.0, 100.0)) == 0.05
    assert before.since(before) == 1.0


class Machine:
    """A runtime, a field and a machine, as a crew sees them."""

    def __init__(self, cpu: float, idle: float, waiting: list[str]) -> None:
        self.cpu, self.idle, self.names = cpu, idle, waiting
        self.read = 0

    async def exited(self, _name: str) -> Exit | None:
        return None

    async def sample(self, _name: str) -> Sample:
        return Sample(self.cpu, 1, 1)

    async def waiting(self) -> list[str]:
        return self.names

    def reading(self) -> Reading:
        self.read += 1
        return Reading(self.idle * self.read, float(self.read))


def crew_on(machine: Machine) -> ProcessSupervisor:
    service = Process("shop", "deployment", "workbench", (), limits=Limits(1.0, 1, 1))
    runtime: Any = machine
    return ProcessSupervisor(runtime, Plan("s", (service,)))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"START_TIMEOUT": 0.05, "STARVED_TIMEOUT": 0.15, "_LOOK": 0.01, "POLL": 0.005}.items():
        monkeypatch.setattr(crew, name, seconds)


WHOSE: Mapping[str, tuple[Machine, type[Exception]]] = {
    "its own": (Machine(0.0, 0.9, ["shop"]), DoesNotStart),
    "ours": (Machine(0.1, 0.0, ["shop"]), Starved),
    "the site": (Machine(0.1, 0.0, ["site", "shop"]), SiteLost),
}


@pytest.mark.parametrize("whose", WHOSE)
async def test_a_start_ends_with_whoever_is_to_blame(whose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine, error = WHOSE[whose]
    monkeypatch.setattr(patience, "machine", machine.reading)
    field: Any = machine
    with pytest.raises(error) as raised:
        await asyncio.wait_for(crew_on(machine).until_ready(field, lambda _names: None, lambda _name, _end: None), 30)
    assert type(raised.value) is error
    assert ("too busy" in str(raised.value)) is (machine.idle == 0.0)


async def test_a_starved_start_has_more_time_and_may_still_become_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(0.1, 0.0, ["shop"])
    monkeypatch.setattr(patience, "machine", machine.reading)
    monkeypatch.setattr(crew, "STARVED_TIMEOUT", 30.0)
    field: Any = machine

    async def later() -> None:
        await asyncio.sleep(0.2)
        machine.names = []

    await asyncio.wait_for(
        asyncio.gather(crew_on(machine).until_ready(field, lambda _names: None, lambda _name, _end: None), later()), 30
    )
