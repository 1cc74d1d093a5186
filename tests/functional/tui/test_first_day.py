"""A newcomer's first five minutes, on a real world: from the catalogue to a passed exam, led by tips alone."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input, Select

from labs.progress.store import Store
from labs.tui.app import Fdelab
from labs.tui.catalogue.table import Shelf
from labs.tui.coach import Coach
from labs.tui.console.checks import Checks
from labs.tui.console.tail import Tail
from labs.tui.console.traffic import Traffic
from labs.tui.local_backend import LocalBackend
from labs.tui.memory import Memory
from tests.functional.labs.conftest import FDELAB
from tests.functional.tui.test_console import until

WRONG, RIGHT = 'text.replace(",", "")', 'text.replace(".", "").replace(",", ".")'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Somebody's own folder; the worlds that were begun are stopped in the end."""
    monkeypatch.setenv("HOME", str(tmp_path))
    yield tmp_path
    subprocess.run([str(FDELAB), "stop", "--all"], check=True, capture_output=True)


def tip(app: Fdelab) -> str:
    """What is said now."""
    found = app.screen.query(Coach)
    return str(found.first().content) if found and found.first().display else ""


async def test_from_the_catalogue_to_a_passed_exam(home: Path) -> None:
    app = Fdelab(LocalBackend(home), Memory())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "opens its briefing" in tip(app), "a tip in the catalogue")
        await until(pilot, lambda: app.screen.query_one(Shelf).pointed, "the list")
        await pilot.press("enter")
        await until(pilot, lambda: "launches the world" in tip(app), "a tip in the briefing")
        await until(pilot, lambda: app.screen.query_one("#folder", Input).value, "where it would go")
        app.screen.query_one("#runtime", Select).value = "local"
        await pilot.pause()
        await pilot.press("l")
        await until(pilot, lambda: app.current_mode == "console", "the world runs")
        await until(pilot, lambda: "shows the checks" in tip(app), "a tip in the console")

        checks = app.screen.query_one(Checks)
        await pilot.press("c")
        await until(pilot, lambda: checks.failing, "a check fails")
        await until(pilot, lambda: "shows the logs" in tip(app), "the failing check was seen")
        await pilot.press("l")
        await until(pilot, lambda: "opens your editor" in tip(app), "the logs were looked at")
        await until(pilot, lambda: _line(app), "a line shows what is read beside what is made of it")

    # The app is closed here and opened again: world, place and tip are as they were.
    app = Fdelab(LocalBackend(home), Memory.load())
    async with app.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: app.current_mode == "console" and app.engagement, "it resumes in the console")
        await until(pilot, lambda: "opens your editor" in tip(app), "and at the same tip")
        await until(pilot, lambda: app.screen.query_one(Traffic)._seconds, "the world is watched, and so are its files")
        shop = home / "first-day" / "workspace" / "shop.py"
        text = shop.read_text("utf-8")
        assert text.count(WRONG) == 1
        shop.write_text(text.replace(WRONG, RIGHT), "utf-8")
        await until(pilot, lambda: "The checks begin anew" in tip(app), "the save was noticed")
        await until(pilot, lambda: "takes the exam" in tip(app), "all checks hold")

        await pilot.press("e")
        await until(pilot, lambda: app.current_mode == "report", "the exam is over")
        attempt = Store().attempts()[0]
        assert (attempt.result, attempt.score, attempt.scenario) == ("passed", 100, "first-day"), attempt.reason
        await until(pilot, lambda: "Passed! The report" in tip(app), "it is said")


def _line(app: Fdelab) -> bool:
    lines = [line.text for line in app.screen.query_one(Tail).shown]
    return any(re.search(r': the books say "\d\.\d{3}.*we ask \d\.\d\d$', line) for line in lines)
