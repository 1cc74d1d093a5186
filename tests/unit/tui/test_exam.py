"""An exam that is taken from the console."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from labs.tui.console.exam import Exam
from tests.unit.tui import desks
from tests.unit.tui.pilots import LARGE, text, until


async def test_an_exam_to_its_report(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated(LARGE) as pilot:
        desk.hold.clear()
        await pilot.press("e")
        modal = pilot.app.screen
        assert isinstance(modal, Exam)
        await until(pilot, lambda: "morning" in text(pilot, "#lines"))
        await pilot.press("escape")
        assert pilot.app.screen is modal, "an exam is cancelled, not left"
        desk.hold.set()
        await until(pilot, lambda: pilot.app.current_mode == "report")
        assert pilot.app.examined == Path("/evidence")
        report: Any = pilot.app.screen
        await until(pilot, lambda: report.review is not None)
        assert report.review.evidence == Path("/evidence")
        await pilot.press("3")
        await until(pilot, lambda: pilot.app.current_mode == "console")
        assert pilot.app.screen is pilot.app.place, "the exam's window is closed"


async def test_an_exam_that_is_cancelled(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated() as pilot:
        desk.hold.clear()
        await pilot.press("e")
        modal = pilot.app.screen
        assert isinstance(modal, Exam)
        await pilot.press("c")
        await until(pilot, lambda: modal.over)
        assert "interrupted" in text(pilot, "#lines")
