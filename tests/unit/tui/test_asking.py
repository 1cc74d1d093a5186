"""Asking the customer's people from the console."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from labs.engagement.people import Kind
from labs.tui.console.inbox import Inbox
from labs.tui.console.question import Question
from tests.unit.tui import desks
from tests.unit.tui.consoles import console, shown
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import LARGE, SMALL, text, until


async def test_asking_a_person(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated() as pilot:
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        page = pilot.app.screen.query_one("#page")
        assert "90 of 90 min" in str(page.border_subtitle)
        await pilot.press("down", *"sessions?", "enter")
        await until(pilot, lambda: "Two sessions" in text(pilot, "#answers"))
        assert "ask dieter: sessions?" in desk.wishes
        assert "82 of 90 min" in str(page.border_subtitle)
        await pilot.press("escape")
        assert "› sessions?" in pilot.app.screen.query_one(Inbox).letters[-1].text


async def test_a_person_who_asks_back_is_told_what_was_meant(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    desk.says["how long?"] = ("Do you mean one, or the other?", Kind.EITHER)
    async with seated() as pilot:
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press("down", *"how long?", "enter")
        choices = pilot.app.screen.query_one("#choices", OptionList)
        await until(pilot, lambda: choices.display and choices.has_focus)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Half an hour" in text(pilot, "#answers"))
        assert "meant dieter: 2" in desk.wishes
        assert not choices.display
        assert pilot.app.screen.query_one("#what").has_focus, "the next question can be typed"


@pytest.mark.parametrize(
    ("keys", "wish"), [(("end", "enter"), "respond lena: True"), (("down", "enter"), "respond lena: False")]
)
async def test_what_a_person_asks_for_is_answered(
    seated: Callable[..., Any], desk: desks.FakeDesk, keys: Sequence[str], wish: str
) -> None:
    desk.wish = "Could you delete the log?"
    async with seated() as pilot:
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press(*"sessions?", "enter")
        choices = pilot.app.screen.query_one("#choices", OptionList)
        await until(pilot, lambda: choices.display and choices.has_focus)
        assert "Could you delete the log?" in text(pilot, "#answers")
        await pilot.press(*keys)
        await until(pilot, lambda: "You are right" in text(pilot, "#answers"))
        assert wish in desk.wishes


async def test_a_request_waits_where_nobody_chooses(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    desk.wish = "Could you delete the log?"
    async with seated() as pilot:
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press(*"sessions?", "enter")
        choices = pilot.app.screen.query_one("#choices", OptionList)
        await until(pilot, lambda: choices.display and choices.has_focus)
        await pilot.press("enter")
        assert not choices.display
        assert not [one for one in desk.wishes if one.startswith("respond")]


@pytest.mark.parametrize(("size", "theme"), [(SMALL, "dark"), (LARGE, "light")], ids=["80x24-dark", "160x50-light"])
@pytest.mark.parametrize("what", ["asks-back", "asks-for-something"])
def test_how_asking_looks(
    what: str, size: tuple[int, int], theme: str, fake: Fake, snap_compare: Callable[..., bool]
) -> None:
    means = "Do you mean how many sessions there may be, or how long a session lasts?"
    if what == "asks-back":
        fake.at.says["sessions?"] = (means, Kind.EITHER)
    else:
        fake.at.wish = "One more thing. Could you have the shop always say something? It looks better than an error."

    async def look(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: pilot.app.screen_stack and getattr(pilot.app.screen, "desk", None) is not None)
        await shown(pilot, fake.at)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press("down", *"sessions?", "enter")
        choices = pilot.app.screen.query_one("#choices", OptionList)
        await until(pilot, lambda: choices.display and choices.has_focus)
        await pilot.pause(0.1)

    assert snap_compare(console(fake, theme), terminal_size=size, run_before=look)
