from pathlib import Path

from textual.widgets import DataTable, OptionList

from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake


async def test_attempts_skills_and_suggestions_are_shown(opened: Opened) -> None:
    async with opened(place="progress") as pilot:
        assert pilot.app.screen.query_one("#attempts", DataTable).row_count == 4
        cells = str(pilot.app.screen.query_one("#cells").render())
        row = next(line for line in cells.splitlines() if line.startswith("Production debugging"))
        assert row.split()[2:] == ["✔", "100", "◐", "48", "○", "○", "·"]
        assert pilot.app.screen.query_one("#suggestions", OptionList).option_count == 3


async def test_a_suggestion_opens_its_briefing(opened: Opened) -> None:
    async with opened(place="progress") as pilot:
        await pilot.press("n", "enter")
        await settled(pilot)
        assert (pilot.app.chosen, pilot.app.current_mode) == ("phantom-stock", "briefing")


async def test_an_attempt_leads_to_its_report(opened: Opened) -> None:
    async with opened(place="progress") as pilot:
        await pilot.press("down", "enter")
        await settled(pilot)
        assert pilot.app.examined == Path("/home/kim/.fdelab/exams/4")


async def test_before_the_first_exam_it_says_what_makes_one(opened: Opened, fake: Fake) -> None:
    fake.attempts, fake.listed = [], fake.listed[3:4]
    async with opened(place="progress") as pilot:
        assert "an exam makes the first" in str(pilot.app.screen.query_one("#attempts").border_subtitle)
        await pilot.press("enter")
        assert pilot.app.examined is None
