"""The palette has all that one can do in a place: Textual is asked what its keys are, and each must be there."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from labs.tui.console.logs import Logs
from labs.tui.offers import Commands, offered
from labs.tui.palette import Command
from labs.tui.places import PLACES
from tests.unit.tui import desks
from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import until


def keys(app: Any) -> set[str]:
    """Keys that do something now in a place or in what has the focus there, by what is shown of them."""
    found = set()
    for node, binding, enabled, _ in app.screen.active_bindings.values():
        ours = any(
            (one.action, one.description) == (binding.action, binding.description)
            for cls in type(node).__mro__
            if cls.__module__.startswith("labs.tui")
            for one in vars(cls).get("BINDINGS", ())
        )
        if ours and node is not app and enabled and binding.description:
            found.add(binding.key_display or app.get_key_display(binding))
    return found


async def compared(pilot: Any) -> None:
    """With the focus on each widget that takes it."""
    place = pilot.app.place
    for widget in [None, *place.focus_chain]:
        place.set_focus(widget)
        await pilot.pause()
        there = {command.key for command in offered(place)}
        assert keys(pilot.app) - there == set(), widget


@pytest.mark.parametrize("place", [one.name for one in PLACES if one.name != "console"])
@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=str)
async def test_every_key_of_a_place_is_in_the_palette(opened: Opened, place: str, size: tuple[int, int]) -> None:
    async with opened(size, place=place, scenario="promise-dates") as pilot:
        await settled(pilot)
        assert keys(pilot.app)
        await compared(pilot)


async def test_every_key_of_the_console_is_in_the_palette(seated: Callable[..., Any]) -> None:
    async with seated() as pilot:
        await compared(pilot)


async def test_nothing_is_there_twice(seated: Callable[..., Any]) -> None:
    async with seated() as pilot:
        titles = [command.title for command in Commands(pilot.app.screen)._all()]
        assert len(titles) == len(set(titles))


def named(app: Any, title: str) -> Command:
    return next(command for command in offered(app.place) if command.title == title)


async def run(pilot: Any, title: str) -> None:
    done = named(pilot.app, title).run()
    if done is not None:
        await done  # type: ignore[misc]
    await pilot.pause()


async def test_what_is_behind_another_panel_comes_to_the_front(seated: Callable[..., Any]) -> None:
    async with seated() as pilot:
        await run(pilot, "Logs: search")
        assert pilot.app.place.query_one("#logs").has_class("-front")
        assert pilot.app.place.query_one("#search").has_focus
        await run(pilot, "Inbox")
        assert pilot.app.place.query_one("#inbox").has_focus
        await run(pilot, "Logs")
        assert pilot.app.place.query_one(Logs).has_focus_within


async def test_hint_incident_and_brief_are_had(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated() as pilot:
        await pilot.press("c")
        await until(pilot, lambda: pilot.app.place.query_one("#checks").report is not None)
        for title, wish in (("Hint for dates-hold", "hint dates-hold"), ("Open the incident", "incident"),
                            ("Open the brief", "brief")):  # fmt: skip
            await run(pilot, title)
            await until(pilot, partial(desk.wishes.__contains__, wish))


async def test_without_a_report_its_actions_are_not_offered(opened: Opened, fake: Fake) -> None:
    fake.seen = None
    async with opened(place="report") as pilot:
        titles = {command.title for command in offered(pilot.app.place)}
        assert "Read the debrief" not in titles
        assert "Debrief" not in titles
