"""The debrief behind a report, and what is said where there is none to read."""

from dataclasses import replace
from threading import Event

from textual.widgets import Markdown

from labs.base.errors import UsageProblem
from labs.overview.debrief import TooEarly
from labs.overview.review import Review
from labs.progress.store import Store
from labs.tui.keybar import KeyBar
from labs.tui.local_backend import LocalBackend
from labs.tui.report.debrief import Debrief
from tests.unit.tui import reviews
from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import LARGE, notes, text


async def test_a_key_shows_the_debrief_and_the_arrows_scroll_it(opened: Opened) -> None:
    for size in ((80, 24), LARGE):
        async with opened(size, place="report") as pilot:
            assert "b Debrief" in str(pilot.app.screen.query_one(KeyBar).content)
            await pilot.press("b")
            await settled(pilot)
            page = pilot.app.screen.query_one("#page")
            assert pilot.app.screen.query_one(Markdown).source == reviews.DEBRIEF
            await pilot.press("end")
            await pilot.pause()
            assert page.scroll_y == page.max_scroll_y > 0
            assert page.max_scroll_x == 0, "nothing is out of sight at the side"
            await pilot.press("a")
            assert isinstance(pilot.app.screen, Debrief), "there is nothing to ask for again"
            await pilot.press("escape")
            assert pilot.app.screen is pilot.app.place


async def test_a_debrief_that_comes_too_early_says_why_and_can_be_read_anyway(opened: Opened, fake: Fake) -> None:
    fake.unread = TooEarly("the debrief gives the answer away", "fdelab debrief promise-dates --anyway")
    async with opened(place="report") as pilot:
        commands = {command.title: command for command in pilot.app.place.commands()}
        commands["Read the debrief"].run()
        await settled(pilot)
        said = text(pilot, "#gone")
        assert said.startswith("○ The debrief gives the answer away\n\n→ pass one: ")
        assert "a read it anyway" in said
        await pilot.press("escape")
        assert pilot.app.screen is pilot.app.place
        await pilot.press("b")
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        assert pilot.app.screen.query(Markdown)


async def test_where_there_is_no_debrief_its_page_says_so(opened: Opened, fake: Fake) -> None:
    fake.unread = UsageProblem("promise-dates has no debrief", "its author can add one")
    async with opened(place="report") as pilot:
        await pilot.press("b")
        await settled(pilot)
        said = text(pilot, "#gone")
        assert said.startswith("✖ Promise-dates has no debrief\n\n→ its author can add one")
        assert "anyway" not in said
        await pilot.press("a")
        assert isinstance(pilot.app.screen, Debrief), "it would not help"
        assert notes(pilot) == ""


async def test_the_debrief_may_be_read_when_the_command_tells_it(opened: Opened, fake: Fake) -> None:
    fake.seen = reviews.gone()
    fake.debrief = LocalBackend().debrief  # type: ignore[method-assign]
    async with opened(place="report") as pilot:
        await pilot.press("b")
        await settled(pilot)
        assert "no exam of it was passed here yet" in text(pilot, "#gone")
        await pilot.press("escape")
        Store().add_attempt(replace(reviews.passed().report, scenario="promise-dates"), reviews.EVIDENCE)
        await pilot.press("b")
        await settled(pilot)
        assert "The 504s were the smoke" in pilot.app.screen.query_one(Markdown).source


async def test_a_debrief_that_nobody_waits_for_any_more_stays_away(opened: Opened, fake: Fake) -> None:
    found = Event()

    def slow(review: Review, anyway: bool) -> str:
        found.wait()
        return reviews.DEBRIEF

    fake.debrief = slow  # type: ignore[method-assign]
    async with opened(place="report") as pilot:
        await pilot.press("b", "5")
        assert pilot.app.current_mode == "progress"
        found.set()
        await settled(pilot)
        assert pilot.app.screen is pilot.app.place
        await pilot.press("4")
        await settled(pilot)
        assert pilot.app.screen is pilot.app.place
