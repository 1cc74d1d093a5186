"""The loop of the console: what is saved is redeployed, and what comes of it is said."""

from collections.abc import Callable
from typing import Any

from labs.base.errors import CouldNotJudge
from tests.unit.tui import desks
from tests.unit.tui.pilots import notes, text, until


async def test_saving_redeploys_and_the_checks_are_asked_again(
    seated: Callable[..., Any], desk: desks.FakeDesk
) -> None:
    async with seated() as pilot:
        desk.wishes.clear()
        desk.saved.put_nowait(["app/main.py"])
        await until(pilot, lambda: "judge" in desk.wishes)
        assert desk.wishes == ["redeploy", "judge"]
        assert "app/main.py" in notes(pilot)
        assert "README.md is not editable" in notes(pilot)


async def test_what_is_saved_during_a_redeploy_is_deployed_after_it(
    seated: Callable[..., Any], desk: desks.FakeDesk
) -> None:
    async with seated() as pilot:
        desk.wishes.clear()
        desk.hold.clear()
        desk.saved.put_nowait(["a"])
        await until(pilot, lambda: "redeploy" in desk.wishes)
        for name in ("b", "c", "d"):
            desk.saved.put_nowait([name])
        await until(pilot, lambda: "saved: d" in notes(pilot))
        assert desk.wishes.count("redeploy") == 1
        desk.hold.set()
        await until(pilot, lambda: desk.wishes.count("redeploy") == 2)
        assert "redeploying" not in text(pilot, "#clock") or desk.wishes.count("redeploy") == 2


async def test_the_loop_can_be_switched_off(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated() as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "saving is off" in text(pilot, "#clock"))
        desk.wishes.clear()
        desk.saved.put_nowait(["app/main.py"])
        await pilot.pause(0.1)
        assert desk.wishes == []
        await pilot.press("r")
        await until(pilot, lambda: "redeploy" in desk.wishes)


async def test_a_deployment_that_does_not_start_says_its_last_lines(
    seated: Callable[..., Any], desk: desks.FakeDesk
) -> None:
    desk.ready = False
    async with seated() as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "ModuleNotFoundError: nope" in notes(pilot))


async def test_what_fails_is_said_with_what_to_do(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated() as pilot:
        desk.trouble = CouldNotJudge("the world does not answer", "look at the log")
        await pilot.press("r")
        await until(pilot, lambda: "the world does not answer\n→ look at the log" in notes(pilot))
        desk.trouble = None
        await pilot.press("r")
        await until(pilot, lambda: desk.wishes.count("redeploy") == 2)
