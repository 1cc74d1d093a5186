"""A world that does not come down in time is told of, with where everybody stood, and its keeper ends all the same."""

import asyncio
from typing import Any

import pytest

from simulator.keeper import keeper as keeping
from simulator.keeper.ending import within
from simulator.keeper.keeper import Keeper
from simulator.protocol.events import Stopped
from tests.unit.keeper.conftest import Toy


async def hangs() -> None:
    await asyncio.Event().wait()


async def test_what_ends_in_time_is_told_of_by_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert await within(60, "it", asyncio.sleep(0)) is None
    assert capfd.readouterr().err == ""


async def test_what_hangs_is_left_and_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert await within(0.01, "it", hangs()) == "it did not end within 0.01 s"
    said = capsys.readouterr().err
    assert "this is where everybody stood" in said
    assert "test_what_hangs_is_left_and_told_of" in said


async def test_a_time_out_of_its_own_is_no_hanging() -> None:
    async def raises() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        await within(60, "it", raises())


async def test_a_runtime_that_hangs_leaves_what_gc_must_sweep(
    keeper: Keeper, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CLOSE_SECONDS", 0.01)
    hanging: Any = toy
    hanging.close = hangs
    await keeper._close(None)
    stopped = [event for _, event in keeper.events.since(0) if isinstance(event, Stopped)]
    assert [event.left for event in stopped] == ["taking down the processes did not end within 0.01 s"]
