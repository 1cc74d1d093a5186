"""The frame: places, help, commands, looks, memory, and what happens when something fails."""

from pathlib import Path

import pytest
from textual.command import CommandList, CommandPalette

from labs.base.errors import CouldNotJudge
from labs.engagement.engagement import Engagement
from labs.tui.help import HelpScreen
from labs.tui.keybar import KeyBar
from labs.tui.memory import Memory
from labs.tui.offers import Commands
from labs.tui.places import Entrance, Places
from labs.tui.themes import THEMES
from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake


def test_each_place_has_a_name_of_its_own() -> None:
    one = Entrance("here", "Here", "", "nowhere", "Nothing")
    with pytest.raises(ValueError, match="here"):
        Places(one, one)


async def test_it_opens_in_the_first_place_and_again_where_it_was_left(opened: Opened) -> None:
    async with opened() as pilot:
        assert pilot.app.current_mode == "catalogue"
    async with opened(place="a-place-of-an-older-version") as pilot:
        assert pilot.app.current_mode == "catalogue"


async def test_the_keys_that_work_are_shown_and_can_be_clicked(opened: Opened) -> None:
    async with opened() as pilot:
        keys = pilot.app.screen.query_one(KeyBar)
        assert "/ Filter" in str(keys.render())
        await pilot.click(KeyBar, offset=(str(keys.render()).index("Filter"), 0))
        await settled(pilot)
        assert pilot.app.focused.id == "filter"
        assert "esc Clear" in str(keys.render())
        places = pilot.app.screen.query_one("#places")
        await pilot.click("#places", offset=(str(places.render()).index("Progress"), 0))
        await settled(pilot)
        assert pilot.app.current_mode == "progress"


@pytest.mark.parametrize("name", ["first-day", "promise-dates", "eighty-five-resolved", "a-" * 14 + "long-one"])
async def test_what_is_open_is_named_whole_and_places_give_way(opened: Opened, fake: Fake, name: str) -> None:
    fake.engagement = Engagement(Path("/home/kim") / name, "promise-dates", seed=1)
    async with opened(scenario="promise-dates") as pilot:
        places, known = (pilot.app.screen.query_one(f"#{one}") for one in ("places", "open"))
        assert str(known.render()) == f"● {name}"
        assert known.size.width >= len(f"● {name}")
        assert "1 Catalogue" in str(places.render()), "where one is keeps its title"
        assert all(f" {key} " in f"{places.render()} " for key in range(1, 7)), "each can be clicked"
    fake.engagement = None
    async with opened() as pilot:
        assert "5 Progress" in str(pilot.app.screen.query_one("#places").render())


async def test_help_is_about_what_has_the_focus(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert [text.title for text in pilot.app.screen._texts] == ["The list", "Catalogue"]
        await pilot.press("escape", "slash", "f1")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert pilot.app.screen._texts[0].title == "Filter"
        await pilot.press("j", "down", "end", "up")
        assert isinstance(pilot.app.screen, HelpScreen), "it scrolls"


async def test_commands_depend_on_the_place_and_run(opened: Opened) -> None:
    async with opened() as pilot:
        titles = [command.title for command in Commands(pilot.app.screen)._all()]
        assert titles.index("Filter the list") < titles.index("Theme: light")
        assert "Go to Catalogue" not in titles, "one is there already"
        assert "Theme: dark" not in titles, "it is worn already"
        await pilot.press("ctrl+p")
        assert isinstance(pilot.app.screen, CommandPalette)
        await pilot.press(*"contrast")
        found = pilot.app.screen.query_one(CommandList)
        await settled(pilot)
        while found.highlighted is None:
            await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.theme == THEMES["contrast"].name
    assert Memory.load().theme == "contrast"


async def test_what_a_worker_fails_of_is_said_and_nothing_breaks(opened: Opened, fake: Fake) -> None:
    fake.trouble = CouldNotJudge("the disk is full", "make room")
    async with opened() as pilot:
        said = [notification.message for notification in pilot.app._notifications]
        assert said == ["the disk is full\n→ make room"]
        fake.trouble = ZeroDivisionError("ours")
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert any("ZeroDivisionError" in n.message and "crashes" in n.message for n in pilot.app._notifications)
        fake.trouble = None
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert pilot.app.screen.query_one("#shelf").row_count == 5


def test_a_torn_memory_is_no_memory(state: Path) -> None:
    Memory(place="catalogue", theme="light").save()
    assert Memory.load() == Memory(place="catalogue", theme="light")
    file = state / "app.json"
    file.write_text('{"place": 7, "theme": "light", "more": 1}')
    assert Memory.load() == Memory(theme="light")
    file.write_text("{")
    assert Memory.load() == Memory()


def _luminance(colour: str) -> float:
    """Relative luminance of sRGB (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read_in_every_look(name: str) -> None:
    theme = THEMES[name]
    least = 7.0 if name == "contrast" else 4.5
    inks = {ink: getattr(theme, ink) for ink in ("primary", "accent", "success", "warning", "error", "foreground")}
    inks["dim"] = theme.variables["dim"]
    poor = {
        f"{ink} on {ground}": round(_contrast(colour, getattr(theme, ground)), 1)
        for ink, colour in inks.items()
        for ground in ("background", "surface", "panel")
        if _contrast(colour, getattr(theme, ground)) < least
    }
    assert poor == {}
    cursor = (theme.variables["block-cursor-foreground"], theme.variables["block-cursor-background"])
    assert _contrast(*cursor) >= least
