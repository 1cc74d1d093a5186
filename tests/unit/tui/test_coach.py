"""Tips: the next one by what was done, quiet, remembered, and put away with a key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labs.engagement.guide import Guidance
from labs.tui import sight
from labs.tui.coach import Coach
from labs.tui.memory import Memory
from scenarios.guide import MILESTONES, Guide
from tests.unit.tui import desks
from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import until

GUIDE = Guide.model_validate(
    {"tips": [{"until": deed, "says": f"Say {deed}."} for deed in MILESTONES] + [{"says": "Bye."}]}
)


def said(pilot: Any) -> str:
    """The tip that is shown; nothing, where none is."""
    coach = pilot.app.screen.query_one(Coach)
    return str(coach.content) if coach.display else ""


@pytest.fixture
def guided(fake: Fake) -> Fake:
    fake.guided = Guidance("first-day", GUIDE, frozenset(), None)
    return fake


async def test_without_a_guide_nothing_is_said(opened: Opened) -> None:
    async with opened() as pilot:
        assert said(pilot) == ""


async def test_on_the_smallest_of_screens_it_leaves_the_rows_to_the_place(opened: Opened, guided: Fake) -> None:
    async with opened((80, 12)) as pilot:
        assert said(pilot) == ""
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert said(pilot) != ""


async def test_it_leads_from_the_catalogue_through_the_briefing_to_the_console(opened: Opened, guided: Fake) -> None:
    async with opened() as pilot:
        assert "Say briefing-read.  enter opens its briefing" in said(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "Say world-launched.  l launches the world" in said(pilot)
        assert guided.noted == [], "there is no engagement to remember it in"
        guided.guided = Guidance("first-day", GUIDE, frozenset({"world-launched"}), Path("/home/kim/first-day"))
        guided.go_on.set()
        await pilot.press("l")
        await settled(pilot)
        assert pilot.app.current_mode == "console"
        assert "Say checks-seen.  c shows the checks" in said(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert "Say checks-seen.  3 goes to Console" in said(pilot)


async def test_it_follows_what_is_done_in_the_console(
    seated: Callable[..., Any],
    guided: Fake,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guided.guided = Guidance("first-day", GUIDE, frozenset({"world-launched"}), Path("/home/kim/first-day"))
    monkeypatch.setattr(sight, "READING", 0.1)
    async with seated() as pilot:
        assert "Say checks-seen." in said(pilot)
        await pilot.press("c")
        await until(pilot, lambda: "Say logs-read." in said(pilot))
        await pilot.press("l")
        await until(pilot, lambda: "Say editor-opened." in said(pilot))
        guided.at.saved.put_nowait(["shop.py"])
        await until(pilot, lambda: "Say checks-passed." in said(pilot))
        guided.at.report = desks.report([desks.check("serves", "pass", "812")])
        await pilot.press("c")
        await until(pilot, lambda: "Say exam-taken.  e takes the exam" in said(pilot))
        await pilot.press("e")
        await until(pilot, lambda: "report-read" in guided.noted)
        assert pilot.app.current_mode == "report"
        await until(pilot, lambda: "Bye.  b tells the debrief  5 has what comes next" in said(pilot))
    seen = ["checks-seen", "logs-read", "file-saved", "report-read"]
    assert guided.noted == seen, (
        "what the app saw; what an action did it has noted, and somebody else opened the editor"
    )


async def test_a_key_puts_tips_away_and_brings_them_back(opened: Opened, guided: Fake) -> None:
    async with opened(place="progress", scenario="promise-dates") as pilot:
        assert "h hides tips" in said(pilot)
        await pilot.press("h")
        await settled(pilot)
        assert said(pilot) == ""
        assert Memory.load().tips == "off"
        await pilot.press("2")
        await settled(pilot)
        assert said(pilot) == ""
        await pilot.press("h")
        await settled(pilot)
        assert "Say world-launched." in said(pilot)
    assert Memory.load().tips is None


async def test_a_scenario_that_is_done_is_not_commented_on_again(opened: Opened, guided: Fake) -> None:
    guided.guided = Guidance("first-day", GUIDE, frozenset(MILESTONES), Path("/home/kim/first-day"))
    async with opened() as pilot:
        assert said(pilot) == ""
        await pilot.press("5")
        await settled(pilot)
        assert "Bye.  4 goes to Report  5 has what comes next" in said(pilot)
