from typing import Any

from labs.tui.catalogue.detail import Detail
from labs.tui.catalogue.table import Shelf
from tests.unit.tui.conftest import Opened, settled


def shown(pilot: Any) -> list[str]:
    return [one.name for one in pilot.app.screen.query_one(Shelf).listed]


async def test_every_scenario_is_listed_also_the_broken_one(opened: Opened) -> None:
    async with opened() as pilot:
        assert shown(pilot) == ["first-day", "phantom-stock", "promise-dates", "queue-of-doom", "broken-belt"]
        await pilot.press("end")
        about = str(pilot.app.screen.query_one("#about").render())
        assert "broken-belt/scenario.yaml:7:3" in about
        assert "| ^" in about
        await pilot.press("enter")
        assert isinstance(pilot.app.focused, Detail), "one can scroll through the problems"
        assert pilot.app.chosen is None


async def test_the_list_narrows_as_one_types(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("slash", *"passed")
        assert shown(pilot) == ["first-day"]
        await pilot.press("escape")
        assert len(shown(pilot)) == 5
        await pilot.press(*"data-pip norde")
        assert shown(pilot) == ["phantom-stock"]
        await pilot.press("down")
        assert pilot.app.focused is pilot.app.screen.query_one(Shelf)
        await pilot.press("slash", "x")
        assert shown(pilot) == []
        assert "Nothing matches" in str(pilot.app.screen.query_one("#about").render())


async def test_letters_typed_in_the_list_reach_the_filter_and_no_key_of_the_app(opened: Opened) -> None:
    async with opened() as pilot:
        for typed, found in (("halden", ["promise-dates"]), ("kranich", ["first-day"]), ("jo", ["queue-of-doom"])):
            await pilot.press(*typed)
            assert pilot.app.focused.id == "filter"
            assert pilot.app.focused.value == typed
            assert shown(pilot) == found
            await pilot.press("escape")
            assert pilot.app.focused is pilot.app.screen.query_one(Shelf)
            assert len(shown(pilot)) == 5
        await pilot.press("n", "down", "o", "backspace")
        assert pilot.app.focused.value == "n", "what was typed goes on"
        await pilot.press("escape", "5")
        assert pilot.app.current_mode == "progress", "digits lead to places"
    async with opened() as pilot:
        await pilot.press("q")
        assert pilot.app._exit, "and q leaves, as it does everywhere"


async def test_it_says_how_far_the_proof_of_one_went(opened: Opened) -> None:
    async with opened() as pilot:
        about = pilot.app.screen.query_one("#about")
        assert "✔ verified with 2 seeds on docker and 2 on local" in str(about.render())
        await pilot.press("down", "down", "down")
        assert pilot.app.screen.query_one(Shelf).pointed.name == "queue-of-doom"
        assert "! not verified" in str(about.render())


async def test_opening_one_chooses_it(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("down", "down", "enter")
        await settled(pilot)
        assert pilot.app.chosen == "promise-dates"


async def test_columns_fit_whatever_the_width(opened: Opened) -> None:
    async with opened() as pilot:
        for width, height in ((80, 24), (160, 50), (60, 20), (100, 30)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            table = pilot.app.screen.query_one(Shelf)
            assert table.virtual_size.width <= table.content_size.width or width < 80
