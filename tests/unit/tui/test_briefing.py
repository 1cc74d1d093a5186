from pathlib import Path
from typing import Any

from textual.widgets import Button, Input, Select, Static

from labs.base.errors import CouldNotJudge, ScenarioProblems
from labs.tui.briefing.facts import Facts
from labs.tui.briefing.launchpanel import LaunchPanel
from labs.tui.briefing.letter import Letter
from labs.tui.briefing.place import Briefing
from simulator.protocol.events import DeploymentFailed
from tests.unit.tui import fakes
from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import until


def text(pilot: Any, selector: str) -> str:
    return str(pilot.app.screen.query_one(selector).render())


def steps(pilot: Any) -> dict[str, str]:
    (place, *_) = pilot.app._screen_stacks["briefing"]  # a launch that is over has led on to the console
    launching = place.launching
    return {} if launching is None else {step.name: str(step.state) for step in launching.steps}


async def test_it_tells_what_is_known(opened: Opened) -> None:
    async with opened(place="briefing", scenario="promise-dates") as pilot:
        assert pilot.app.screen.query_one(Letter).border_title == "Halden Werkzeug writes"
        words = " ".join(str(widget.render()) for widget in pilot.app.screen.query_one(Facts).query("Static"))
        for known in ("6,196 EUR", "Lena Brandt", "passes from 85 of 100", "We do not buy the same goods twice", "▲"):
            assert known in words


async def test_without_a_choice_it_says_how_to_make_one(opened: Opened) -> None:
    async with opened(place="briefing") as pilot:
        assert "press 1" in text(pilot, "#instead")
        await pilot.press("l")
        assert steps(pilot) == {}


async def test_a_scenario_with_problems_shows_them(opened: Opened, fake: Fake) -> None:
    fake.trouble = ScenarioProblems("scenario.yaml:7:3: unknown key", "repair the file")
    async with opened(place="briefing", scenario="promise-dates") as pilot:
        assert "scenario.yaml:7:3: unknown key" in text(pilot, "#instead")
        assert "→ repair the file" in text(pilot, "#instead")


async def test_a_launch_shows_every_container_and_ends_in_an_open_engagement(opened: Opened, fake: Fake) -> None:
    fake.events = fakes.start("waiting")
    async with opened(place="briefing", scenario="promise-dates") as pilot:
        await pilot.press("l")
        await until(pilot, lambda: steps(pilot).get("promise-api") == "starting")
        assert steps(pilot)["image workbench"] == "ready"
        assert steps(pilot)["erp"] == "starting"
        assert not pilot.app.screen.query_one("#bar").display
        await pilot.resize_terminal(160, 50)
        await pilot.resize_terminal(60, 20)
        fake.go_on.set()
        await settled(pilot)
        assert pilot.app.engagement.folder == Path("/home/kim/promise-dates")
        assert pilot.app.memory.folder == "/home/kim/promise-dates"


def test_of_a_build_only_what_tells_when_it_began_and_ended_must_be_seen() -> None:
    building, step, ready, other = (Briefing.Happened(event) for event in fakes.start()[1:5])
    assert step.can_replace(ready) is False, "an image that is ready follows no line that it printed"
    assert Briefing.Happened(fakes.start()[2]).can_replace(step)
    assert not any(one.can_replace(step) for one in (building, ready, other))


async def test_every_step_is_ready_once_the_lap_runs(opened: Opened, fake: Fake) -> None:
    fake.go_on.set()
    async with opened(place="briefing", scenario="promise-dates") as pilot:
        await pilot.press("l")
        await settled(pilot)
        await until(pilot, lambda: set(steps(pilot).values()) == {"ready"})


async def test_cancelling_ends_the_launch(opened: Opened, fake: Fake) -> None:
    async with opened(place="briefing", scenario="promise-dates") as pilot:
        await pilot.press("l")
        await until(pilot, lambda: fake.leash is not None)
        await pilot.press("c")
        await settled(pilot)
        assert fake.leash.cancelled
        assert not pilot.app.screen.query_one(LaunchPanel).display
        assert pilot.app.screen.query_one("#bar").display


async def test_leaving_the_app_lets_the_world_come_up(opened: Opened, fake: Fake) -> None:
    async with opened(place="briefing", scenario="promise-dates") as pilot:
        await pilot.press("l")
        await until(pilot, lambda: fake.leash is not None)
    assert fake.leash.gone
    assert not fake.leash.cancelled


async def test_a_launch_that_fails_says_why_and_can_be_tried_again(opened: Opened, fake: Fake) -> None:
    fake.events, fake.ends = (
        fakes.start("starting"),
        CouldNotJudge("the Docker engine went away", "see `fdelab doctor`"),
    )
    fake.go_on.set()
    async with opened(place="briefing", scenario="promise-dates") as pilot:
        await pilot.press("l")
        await settled(pilot)
        assert "the Docker engine went away" in text(pilot, "#steps")
        assert "fdelab doctor" in text(pilot, "#steps")
        assert steps(pilot)["promise-api"] == "failed"
        fake.events, fake.ends = fakes.start(), None
        await pilot.press("l")
        await settled(pilot)
        assert set(steps(pilot).values()) == {"ready"}


async def test_a_deployment_that_does_not_start_shows_its_last_lines(opened: Opened, fake: Fake) -> None:
    failed = DeploymentFailed(service="promise-api", reason="ended with exit code 1", t=fakes.STARTED + 9,
                              last_lines=("Traceback …", "ImportError: nothing_there \x1b[2J"))  # fmt: skip
    fake.events = [*fakes.start("waiting"), failed]
    fake.go_on.set()
    async with opened(place="briefing", scenario="promise-dates") as pilot:
        await pilot.press("l")
        await settled(pilot)
        assert steps(pilot)["promise-api"] == "failed"
        assert "ImportError: nothing_there" in text(pilot, "#steps")
        assert "\x1b" not in text(pilot, "#steps")
        assert "redeploy" in text(pilot, "#steps")


async def test_the_folder_and_the_runtime_are_the_learners(opened: Opened, fake: Fake) -> None:
    fake.docker, fake.go_on = fakes.NO_ENGINE, fake.go_on
    fake.go_on.set()
    async with opened(place="briefing", scenario="promise-dates") as pilot:
        runtime = pilot.app.screen.query_one("#runtime", Select)
        assert runtime.value == "auto"
        assert "processes" in str(runtime.query_one("#label", Static).content), "what auto comes to without an engine"
        await pilot.press("f", "end", *"-again", "enter")
        await settled(pilot)
        assert fake.engagement.folder == Path("/home/kim/promise-dates-again")
        assert pilot.app.current_mode == "console", "a launch leads there"
        await pilot.press("b")
        await settled(pilot)
        assert pilot.app.screen.query_one("#folder", Input).disabled, "an engagement keeps its folder"
        assert str(pilot.app.screen.query_one("#launch", Button).label) == "▶ Resume"
