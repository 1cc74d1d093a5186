from textual.widgets import DataTable, Input, OptionList, Static

from labs.base.errors import LabError
from labs.engagement.engagement import Engagement
from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake
from tests.unit.tui.shots import _engaged


def shown(pilot: object, selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).render())  # type: ignore[attr-defined]


async def test_without_an_engagement_it_says_where_one_is(opened: Opened) -> None:
    async with opened(place="incident") as pilot:
        assert "No engagement is open" in shown(pilot, "#gone")
        await pilot.press("1")
        assert pilot.app.current_mode == "catalogue"


async def test_why_there_is_none_is_told(opened: Opened, fake: Fake) -> None:
    _engaged(fake)
    fake.trouble = LabError("this engagement came without an incident", "the console shows the running world")
    async with opened(place="incident") as pilot:
        await settled(pilot)
        assert "came without an incident" in shown(pilot, "#gone").casefold()


async def test_mail_is_read_and_a_table_is_filtered_and_sorted(opened: Opened, fake: Fake) -> None:
    _engaged(fake)
    async with opened(place="incident") as pilot:
        await settled(pilot)
        left = pilot.app.screen.query_one("#left", OptionList)
        assert left.option_count == len(fake.left) + 4
        await pilot.press("down", "down")
        await settled(pilot)
        assert "nginx reports 504s" in shown(pilot, "#text")
        await pilot.press("down", "down", "down", "down", "enter")
        await settled(pilot)
        grid = pilot.app.screen.query_one("#grid", DataTable)
        assert (grid.row_count, grid.has_focus) == (60, True)
        await pilot.press("slash", *"amount<-100", "enter")
        assert grid.row_count == 20
        await pilot.press("s", "s")
        assert str(grid.get_cell_at((0, 0))).strip() == "29.5"
        assert "20 of 60" in str(pilot.app.screen.query_one("#opened").border_subtitle)
        await pilot.press("escape")
        assert (grid.row_count, pilot.app.screen.query_one("#narrow", Input).value) == (60, "")
        await pilot.press("escape")
        assert left.has_focus


async def test_only_so_many_rows_are_drawn_and_it_is_said(opened: Opened, fake: Fake) -> None:
    _engaged(fake)
    async with opened(place="incident") as pilot:
        await settled(pilot)
        pilot.app.screen.query_one("#left", OptionList).highlighted = 9
        await settled(pilot)
        assert pilot.app.screen.query_one("#grid", DataTable).row_count == 500
        assert "640 rows · first 500 shown" in str(pilot.app.screen.query_one("#opened").border_subtitle)


async def test_another_engagement_shows_its_own(opened: Opened, fake: Fake) -> None:
    _engaged(fake)
    async with opened(place="incident") as pilot:
        await settled(pilot)
        fake.left = fake.left[2:3]
        pilot.app.open(Engagement(fake.engagement.folder.parent / "first-day", "first-day", seed=1))  # type: ignore[union-attr]
        await settled(pilot)
        assert pilot.app.screen.query_one("#left", OptionList).option_count == 2
